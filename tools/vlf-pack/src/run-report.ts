/** The reports of a run: gathers their records, reads what lies beside the stream, and makes the files. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { standaloneAllocation } from "@vlf/common/allocation";
import type { Config } from "@vlf/common/config";
import { asToolError } from "@vlf/common/exit";
import type { Log } from "@vlf/common/log";
import { readRecords } from "@vlf/common/ndjson";
import type { AnyRecord, Begin, Finding } from "@vlf/common/records";
import { type Facts, type ReportFormat, reportName } from "./facts.ts";
import type { PackedFile } from "./files.ts";
import type { History } from "./run-history.ts";
import { readHistory } from "./run-history.ts";
import { ReportGatherer } from "./report/gather.ts";
import { makeReport, type ReportInput } from "./report/report.ts";
import { EvidenceSpool } from "./run-spool.ts";

export interface ReportOptions {
  readonly formats: readonly ReportFormat[];
  /** Record streams with evidence, changes and positions. */
  readonly more: readonly string[];
  readonly locale: string;
  readonly folder: string;
  readonly version: string;
  readonly log: Log;
}

/** A file of which not all bytes need to be in memory at once. */
export interface ReportFile {
  readonly name: string;
  readonly format: ReportFormat | undefined;
  readonly content: () => AsyncIterable<Uint8Array>;
}

export class Reports {
  readonly #options: ReportOptions;
  readonly #spool = new EvidenceSpool();
  readonly #gathered: ReportGatherer;
  readonly #inputs: { name: string; sha256: string }[] = [];
  readonly #allocation: (pkid: string) => number;

  /** @throws {UsageError} for an allocation in the settings that is none */
  constructor(options: ReportOptions, config: Config) {
    this.#options = options;
    this.#allocation = standaloneAllocation(config);
    const inWorkbook = options.formats.includes("xlsx");
    this.#gathered = new ReportGatherer((record) => (inWorkbook ? this.#spool.add(record) : undefined));
  }

  /** Looks at a record of the stream that is packed. */
  take(record: AnyRecord): void {
    void this.#gathered.take(record); // a stream that is packed has no evidence, which alone would be waited for
  }

  close(): Promise<void> {
    return this.#spool.close();
  }

  /**
   * Reads the streams beside the counts and the months before, and gives what was found.
   * @param files the license files of the same numbers, anonymous
   */
  async finish(
    begin: Begin,
    facts: Facts,
    files: readonly PackedFile[],
  ): Promise<{ input: ReportInput; findings: Finding[] }> {
    for (const path of this.#options.more) await this.#readMore(path);
    const history: History = await readHistory(this.#options.folder, facts, this.#allocation);
    const findings = [...history.findings, ...this.#differences()];
    const input: ReportInput = {
      facts,
      begin,
      version: this.#options.version,
      gathered: this.#gathered,
      monthly: history.monthly,
      daily: history.daily,
      findings,
      inputs: this.#inputs,
      proofs: files.map(({ name, bytes }) => ({ name, sha256: bytesToHex(sha256(bytes)) })),
    };
    return { input, findings };
  }

  /** The reports, each followed by its hash. Those with evidence are written while they are read. */
  async files(input: ReportInput): Promise<ReportFile[]> {
    const files: ReportFile[] = [];
    for (const format of this.#options.formats) {
      const name = reportName(input.facts, format);
      const hash = createHash("sha256");
      const content = await this.#content(format, input);
      files.push({
        name,
        format,
        content: async function* () {
          for await (const chunk of content) {
            hash.update(chunk);
            yield chunk;
          }
        },
      });
      files.push({
        name: `${name}.hash`,
        format: undefined,
        content: async function* () {
          yield utf8ToBytes(`${hash.digest("hex")}  ${name}\n`);
        },
      });
    }
    return files;
  }

  async #content(format: ReportFormat, input: ReportInput): Promise<AsyncIterable<Uint8Array>> {
    const report = makeReport(input, format === "anonymous-html");
    if (format === "xlsx") {
      const { workbook } = await import("./xlsx/workbook.ts");
      return workbook(report, await this.#spool.parts());
    }
    const { htmlPage } = await import("./html/page.ts");
    const page = utf8ToBytes(htmlPage(report, this.#options.locale));
    return (async function* () {
      yield page;
    })();
  }

  /** A stream of evidence, changes or positions; its counts are left out. */
  async #readMore(path: string): Promise<void> {
    const hash = createHash("sha256");
    const hashed = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
          hash.update(chunk);
          yield chunk;
        }
      } catch (error) {
        throw asToolError(`read ${path}`, error);
      }
    };
    let records = 0;
    await readRecords(
      hashed(),
      { name: path },
      {
        record: (record) => {
          records += 1;
          if (records % 4096 === 0) this.#options.log.progress(() => `${path}: ${records} records`);
          return this.#gathered.takeMore(record);
        },
      },
    );
    this.#options.log.done();
    this.#inputs.push({ name: basename(path), sha256: hash.digest("hex") });
  }

  /** Evidence that does not add up to the counts: it is of another month, another scheme, or not of all. */
  #differences(): Finding[] {
    const findings: Finding[] = [];
    for (const [scheme, rows] of this.#gathered.rows) {
      const wrong = this.#gathered.evidence
        .of(scheme)
        .filter(({ key, column, number }) => Number(rows.get(key)?.counts[column] ?? 0) !== number);
      if (wrong.length > 0) {
        findings.push({
          type: "finding",
          code: "evidence-differs",
          severity: "warning",
          message: `evidence does not add up to the counts of scheme ${scheme}: explain the same data that was counted`,
          customer_pkid: "",
          count: wrong.length,
        });
      }
    }
    return findings;
  }
}
