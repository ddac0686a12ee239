/** The file that remembers under which settings a platform was registered with the cloud service. */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { asToolError, DataError, errorCode } from "@vlf/common/exit";
import { syncFolder } from "@vlf/common/files";

export interface Registration {
  readonly organization_id: string;
  readonly platform_name: string;
  readonly installation_type: string;
  /** URL it was registered at. */
  readonly service: string;
}

const KEYS = ["organization_id", "platform_name", "installation_type", "service"] as const;

/** Whether nothing changed that the service has to hear of. */
export function sameRegistration(one: Registration, other: Registration): boolean {
  return KEYS.every((key) => one[key] === other[key]);
}

/**
 * The registration that is in force, or undefined.
 * @throws {DataError} when the file holds something else
 */
export async function readRegistration(path: string): Promise<Registration | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw asToolError(`read registration "${path}"`, error);
  }
  try {
    const value = JSON.parse(text) as Record<string, unknown> | null;
    if (KEYS.every((key) => typeof value?.[key] === "string")) return value as unknown as Registration;
  } catch {
    // told below
  }
  throw new DataError(`read registration "${path}": not a registration with the cloud service`, {
    hint: "give registration_file another path, or move the file away to register anew",
  });
}

/** Remembers a registration: whole or not at all, and durable. */
export async function saveRegistration(path: string, registration: Registration): Promise<void> {
  const temporary = `${path}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(`${JSON.stringify(registration)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // the first error is what counts
    throw asToolError(`write registration "${path}"`, error);
  }
}
