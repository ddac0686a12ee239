/**
 * The floor of reading over HTTPS: fetches the URLs on standard input over so many connections, by the HTTP
 * client of the tools. Usage: voss-floor.ts CA-FILE CONNECTIONS [--parse]: `JSON.parse` of each body, nothing else.
 */
import { readFileSync } from "node:fs";
import { HttpClient } from "@vlf/common/http";

const [caFile = "", connections = "8", parse] = process.argv.slice(2);
const urls = readFileSync(0, "utf8").trim().split("\n");
const client = new HttpClient({ caFile, connections: Number(connections) });
let next = 0;
async function fetchAll(): Promise<void> {
  for (let url = urls[next++]; url !== undefined; url = urls[next++]) {
    const answer = await client.request(url, { method: "GET" });
    if (parse === undefined) await answer.discard();
    else JSON.parse(await answer.text());
  }
}
// Without `await`: it is bundled as a script of CommonJS, as the tools are.
void Promise.all(Array.from({ length: Number(connections) }, fetchAll)).then(() => client.close());
