/** The floor of every stage: read standard input, split it at line feeds, `JSON.parse`, nothing else. */
import { Buffer } from "node:buffer";

let rest: Buffer | undefined;
let lines = 0;
for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
  const block = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
  let start = 0;
  for (let end = block.indexOf(10); end >= 0; end = block.indexOf(10, start)) {
    JSON.parse(block.toString("utf8", start, end));
    lines += 1;
    start = end + 1;
  }
  rest = start < block.length ? block.subarray(start) : undefined;
}
process.stdout.write(`${lines}\n`);
