/**
 * Rows of evidence on their way into the workbook. They lie in a file that has lost its name as soon as it was
 * opened, so that nobody else reads it and nothing is left of it, however the run ends.
 */
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asToolError } from "@vlf/common/exit";
import type { Evidence } from "@vlf/common/records";
import { evidenceRow, SHEET_ROWS } from "./xlsx/evidence-rows.ts";
import type { EvidencePart } from "./xlsx/workbook.ts";

/** Characters that are gathered before they are written. */
const BATCH = 262_144;

export class EvidenceSpool {
  readonly #sheetRows: number;
  /** Where the rows of each sheet begin in the file, and how many there are. */
  readonly #sheets: { start: number; rows: number }[] = [];
  #file: FileHandle | undefined;
  #batch = "";
  #size = 0;

  /** @param sheetRows rows of a sheet, for tests */
  constructor(sheetRows: number = SHEET_ROWS) {
    this.#sheetRows = sheetRows;
  }

  /** Adds a row. @throws {ToolError} when it cannot be written */
  add(record: Evidence): Promise<void> | undefined {
    let sheet = this.#sheets.at(-1);
    if (sheet === undefined) {
      sheet = { start: 0, rows: 0 };
      this.#sheets.push(sheet);
    }
    if (sheet.rows < this.#sheetRows) {
      sheet.rows += 1;
      this.#batch += evidenceRow(record, sheet.rows + 1);
      return this.#batch.length >= BATCH ? this.#flush() : undefined;
    }
    return this.#flush().then(() => {
      this.#sheets.push({ start: this.#size, rows: 0 });
      return this.add(record);
    });
  }

  /** The rows by sheet, when all have come. */
  async parts(): Promise<EvidencePart[]> {
    await this.#flush();
    return this.#sheets.map(({ start, rows }, at) => {
      const end = this.#sheets[at + 1]?.start ?? this.#size;
      return { rows, xml: () => this.#read(start, end) };
    });
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    if (this.#batch === "") return;
    const bytes = Buffer.from(this.#batch);
    this.#batch = "";
    try {
      this.#file ??= await openUnnamed();
      await this.#file.write(bytes, 0, bytes.length, this.#size);
    } catch (error) {
      throw asToolError("keep rows of evidence in a temporary file", error);
    }
    this.#size += bytes.length;
  }

  async *#read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += BATCH) {
      const size = Math.min(BATCH, end - at);
      const buffer = Buffer.alloc(size);
      const bytes = (await this.#file?.read(buffer, 0, size, at))?.bytesRead ?? 0;
      if (bytes < size)
        throw asToolError("read rows of evidence from a temporary file", new Error("cut off"));
      yield buffer;
    }
  }
}

async function openUnnamed(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), "vlf-pack-"));
  try {
    return await open(join(folder, "evidence"), "wx+", 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
