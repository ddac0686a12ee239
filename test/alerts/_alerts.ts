/** For tests of alerts: settings in a folder, and a web server that takes note of what is posted to it. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { emptyFolder } from "../pipelines/_run.ts";

/** A file that only its owner may read. */
export function secretFile(folder: string, name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${content}\n`, { mode: 0o600 });
  return path;
}

/** Writes vlf.toml: the state in the folder, what `[notify]` has besides, and further tables. */
export function writeSettings(folder: string, notify: string, tables = ""): void {
  writeFileSync(
    join(folder, "vlf.toml"),
    `[notify]\nstate = "state"\nsysname = "VOSS"\n${notify}\n${tables}\n`,
  );
}

export interface Post {
  readonly method: string;
  readonly url: string;
  readonly body: string;
}

export interface Hook {
  readonly url: string;
  readonly posts: Post[];
  /** Posted alerts. */
  alerts(): Record<string, unknown>[];
}

/** A web server that answers with a status, 200 unless told otherwise by path. */
export async function startHook(
  t: TestContext,
  statuses: Readonly<Record<string, number>> = {},
): Promise<Hook> {
  const posts: Post[] = [];
  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const { method = "", url = "" } = request;
      posts.push({ method, url, body: await readAll(request) });
      const status = statuses[url.replace(/\?.*/, "")] ?? 200;
      response.writeHead(status, status === 302 ? { location: "/elsewhere" } : {}).end();
    };
    void answer();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    alerts: () =>
      posts
        .filter(({ url }) => url === "/hook")
        .map(({ body }) => JSON.parse(body) as Record<string, unknown>),
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

export interface OpenAlert {
  readonly id: string;
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly count: number;
  readonly told: boolean;
}

/** The open alerts in the state of a folder. */
export function openAlerts(folder: string): OpenAlert[] {
  try {
    const text = readFileSync(join(folder, "state/alerts.json"), "utf8");
    return (JSON.parse(text) as { alerts: OpenAlert[] }).alerts;
  } catch {
    return [];
  }
}

/** The trap of the guide, 1.6.3, as printed in its example, with the month filled in. */
export function guideTrap(upTime: string, month: string): string {
  return [
    `iso.3.6.1.2.1.1.3.0 = Timeticks: ${upTime}`,
    "iso.3.6.1.6.3.1.1.4.1.0 = OID: iso.3.6.1.2.1.88.2.0.1",
    'iso.3.6.1.2.1.88.2.1.1.0 = STRING: "ERROR: License file generation failed"',
    `iso.3.6.1.2.1.88.2.1.3.0 = STRING: "The license audit report scheduled for ${month} was not successful.`,
  ]
    .join("\t")
    .concat(
      '\nPlease contact your VOSS account manager. "\t',
      ["iso.3.6.1.2.1.88.2.1.5.0 = INTEGER: 1", 'iso.3.6.1.2.1.1.5.0 = STRING: "VOSS"'].join("\t"),
    );
}

/** Records on standard output, one per line. */
export function recordsIn(stdout: string): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** What the alert of the guide, 1.6.3, is as one text. */
export const LICENSE_ALERT: string =
  "ERROR: License file generation failed: The license audit report scheduled for November 2026 was not successful. " +
  "Please contact your VOSS account manager.";

/** A folder whose alerts go to a web hook, and that hook. */
export async function hooked(
  t: TestContext,
  notify = "",
  jobs = "",
): Promise<{ folder: string; hook: Hook }> {
  const folder = emptyFolder(t);
  const hook = await startHook(t);
  writeSettings(
    folder,
    notify,
    `${jobs}\n[notify.targets.hook]\ntype = "webhook"\nlevels = ["warn", "error"]\nurl = "${hook.url}/hook"\n`,
  );
  return { folder, hook };
}

export interface JobFile {
  readonly running?: object;
  readonly last?: Record<string, unknown>;
  readonly last_success?: Record<string, unknown>;
}

export function jobFile(folder: string, name = "license-audit"): JobFile {
  return JSON.parse(readFileSync(join(folder, `state/jobs/${name}.json`), "utf8")) as JobFile;
}
