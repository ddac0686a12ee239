/**
 * The engine that our SNMPv3 traps come from. A receiver derives the keys of a user from the id of the
 * engine, so it stays the same; and it drops what has a lower boot count than it saw, or the same and an
 * older time (RFC 3414, 3.2), so the count is kept and goes up with each run.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { DataError } from "@vlf/common/exit";
import { withLock } from "@vlf/common/lock";
import { readState, writeState } from "../state-file.ts";

export interface Engine {
  /** Hexadecimal. */
  readonly id: string;
  readonly boots: number;
}

interface EngineState {
  readonly own: string;
  /** By engine id. */
  readonly boots: Readonly<Record<string, number>>;
}

/** RFC 3414, 2.2.2: an engine that has counted to here authenticates nothing any more. */
const LAST_BOOT = 2_147_483_646;
/** Enterprise number that net-snmp's engines have, and the format "octets that the administrator chose". */
const PREFIX = "8000b98305";

/**
 * The engine for one run, its boot count raised in the state folder.
 * @param id of `engine_id`; without it the engine's own, made at its first use
 * @throws {ToolError} when the state cannot be read or written
 */
export async function bootEngine(folder: string, id: string | undefined): Promise<Engine> {
  const path = join(folder, "snmp-engine.json");
  return withLock(`${path}.lock`, { holder: "vlf-notify", waitSeconds: 10 }, async () => {
    const known = readState(path) as EngineState | undefined;
    const own = known?.own ?? `${PREFIX}${randomBytes(8).toString("hex")}`;
    const engineId = (id ?? own).toLowerCase();
    const boots = (known?.boots[engineId] ?? 0) + 1;
    if (!Number.isSafeInteger(boots) || boots > LAST_BOOT) {
      throw new DataError(`read "${path}": boot count of engine ${engineId} is used up or no number`, {
        hint: "remove the file: the engine gets a new id, which the receivers have to be told",
      });
    }
    await writeState(path, { own, boots: { ...known?.boots, [engineId]: boots } });
    return { id: engineId, boots };
  });
}
