/** The inputs that the paths of the command line stand for: files, all files of folders, standard input. */
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { asToolError, DataError, UsageError } from "@vlf/common/exit";
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { ByteSource } from "@vlf/common/ndjson";

export interface Input {
  /** In errors: the path, or `stdin`. */
  readonly name: string;
  /** True for a file, which can be read a second time; a pipe cannot. */
  readonly isFile: boolean;
  open(): ByteSource;
}

/**
 * Finds the inputs. Files of a folder come in the order of their relative paths by code unit; names
 * that begin with a dot are left out. Without a path, and for `-`, it is standard input.
 * @throws {UsageError} for a path given twice
 * @throws {ToolError} for one that cannot be read, and for a folder without files
 */
export async function findInputs(paths: readonly string[], stdin: ByteSource): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const path of paths.length === 0 ? ["-"] : paths) {
    if (path === "-") inputs.push({ name: "stdin", isFile: false, open: () => withName(stdin, "stdin") });
    else inputs.push(...(await inputsAt(path)));
  }
  const names = inputs.map((input) => input.name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw new UsageError(`read options: "${twice}" is given twice`);
  return inputs;
}

async function inputsAt(path: string): Promise<Input[]> {
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [fileInput(path, found.isFile())];
    const files = await filesBelow(path, "");
    if (files.length === 0) throw new DataError(`read "${path}": no files in the folder`);
    return files.sort(byCodeUnit).map((file) => fileInput(join(path, file), true));
  } catch (error) {
    throw asToolError(`read "${path}"`, error);
  }
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const name of await readdir(join(root, folder))) {
    if (name.startsWith(".")) continue;
    const path = folder === "" ? name : `${folder}/${name}`;
    if ((await stat(join(root, path))).isDirectory()) files.push(...(await filesBelow(root, path)));
    else files.push(path);
  }
  return files;
}

function fileInput(path: string, isFile: boolean): Input {
  return { name: path, isFile, open: () => withName(createReadStream(path), `"${path}"`) };
}

/** Names the source where the system fails to read it. */
async function* withName(source: ByteSource, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw asToolError(`read ${name}`, error);
  }
}
