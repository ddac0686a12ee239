/** For tests of the schedule and the shim: a home folder with a made-up system, and the scripts on the path. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { TestContext } from "node:test";
import { bash, emptyFolder, environment, type Result, ROOT } from "../pipelines/_run.ts";

const SCRIPTS = join(ROOT, "scripts");

/** When the guide's samples of the data export were made (2.2.1). */
export const GUIDE_NOW = "2018-10-11T12:36:00Z";

export const SOURCE: string = `vlf-collect demo --customers 2 --subscribers 40 --quiet --now ${GUIDE_NOW}`;

/** What cron would give, and the scripts on the path. */
export function scriptEnvironment(home: string, extra: Record<string, string> = {}): Record<string, string> {
  const base = environment();
  const path = [SCRIPTS, base["PATH"] ?? ""].join(delimiter);
  // The jobs keep their state in the home folder of the user: here of the test.
  return { ...base, PATH: path, XDG_STATE_HOME: join(home, "state"), VLF_HOME: home, ...extra };
}

/** A home folder with a vlf.toml that reads the made-up system, and counts how often. */
export function homeFolder(t: TestContext, settings = "", source: string = SOURCE): string {
  const home = emptyFolder(t);
  const counted = `echo read >> reads; ${source}`;
  writeFileSync(join(home, "vlf.toml"), `[export]\nsource = ${JSON.stringify(counted)}\n${settings}`);
  return home;
}

/** Runs a shell command in the folder above the home, with the scripts on the path. */
export function script(command: string, home: string, extra: Record<string, string> = {}): Promise<Result> {
  return bash(command, home, scriptEnvironment(home, extra));
}

/** A program that notes its arguments and input, and does what `lines` say. */
export function fakeProgram(home: string, name: string, lines: string): string {
  const folder = join(home, "fake");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`);
  chmodSync(join(folder, name), 0o755);
  return folder;
}
