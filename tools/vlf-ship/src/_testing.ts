/** For tests of vlf-ship: a folder with settings and files, and the tool in this process. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ran, runInMemory } from "@vlf/common/_testing";
import type { Io } from "@vlf/common/main";
import type { AnyRecord } from "@vlf/common/records";
import { tool } from "./cli.ts";

export interface Outcome extends Ran {
  readonly deliveries: readonly AnyRecord[];
}

/** A folder of one test; paths in settings and arguments may begin with `@/` for it. */
export interface Place {
  readonly folder: string;
  at(name: string): string;
  /** Writes `vlf.toml`, without pauses between attempts. */
  settings(toml: string, ship?: string): Promise<void>;
  write(name: string, content: string): Promise<string>;
  /** Runs `vlf-ship` with these arguments and the settings. */
  run(argv: readonly string[], io?: Partial<Io>): Promise<Outcome>;
}

/** Does work in an empty folder. */
export async function inPlace(work: (place: Place) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-ship-"));
  const at = (name: string): string => join(folder, name);
  const place: Place = {
    folder,
    at,
    async settings(toml, ship = "") {
      const text = `[ship]\nattempts = 1\npause_seconds = 0\nspool = "@/spool"\n${ship}\n${toml}`;
      await writeFile(at("vlf.toml"), text.replaceAll("@/", `${folder}/`));
    },
    async write(name, content) {
      await mkdir(join(at(name), ".."), { recursive: true });
      await writeFile(at(name), content);
      return at(name);
    },
    async run(argv, io = {}) {
      const args = argv.map((arg) => arg.replace(/^@\//, `${folder}/`));
      const now = args.includes("--now") ? [] : ["--now", "2026-11-01T03:00:00Z"];
      const ran = await runInMemory(tool, [...args, ...now, "--config", at("vlf.toml")], io);
      return { ...ran, deliveries: ran.records.filter(({ type }) => type === "delivery") };
    },
  };
  try {
    await work(place);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A server that takes what it is sent by POST, and keeps it. */
export async function withServer(
  work: (port: number, bodies: string[]) => Promise<void>,
  status: (request: IncomingMessage) => number = () => 201,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += String(chunk)));
    request.on("end", () => {
      bodies.push(body);
      response.writeHead(status(request), headers).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  try {
    await work((server.address() as AddressInfo).port, bodies);
  } finally {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
}

/** `[destinations.NAME]` of type `http`, by POST. */
export function postTable(name: string, port: number, url = "/in"): string {
  return `[destinations.${name}]\ntype = "http"\nhost = "127.0.0.1"\nport = ${port}\nsecure = false\nmethod = "POST"\nurl = "${url}"\n`;
}

/** `[destinations.NAME]` of type `file`. */
export function fileTable(name: string, path: string): string {
  return `[destinations.${name}]\ntype = "file"\npath = "${path}"\n`;
}
