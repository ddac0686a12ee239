/** Where the fields of a model come from: its list, or one request per instance. */
import type { Log } from "@vlf/common/log";
import type { Purpose } from "@vlf/common/models";
import type { Finding } from "@vlf/common/records";
import type { Resource } from "./resource.ts";
import { RefusedError, type VossClient } from "./run-voss-client.ts";
import type { Unit } from "./run-voss-unit.ts";
import { resourceOf } from "./voss/answer.ts";
import { absentFields, fieldName, neededFields } from "./voss/fields.ts";
import { instancePath } from "./voss/protocol.ts";
import type { Settings } from "./voss/settings.ts";

/** Where the fields of a model come from, and what was found about that. */
export interface Source {
  readonly source: "list" | "instance";
  readonly findings: readonly Finding[];
}

export class FieldReader {
  readonly #settings: Settings;
  readonly #client: VossClient;
  readonly #purposes: readonly Purpose[];
  readonly #log: Log;

  constructor(settings: Settings, client: VossClient, purposes: readonly Purpose[], log: Log) {
    this.#settings = settings;
    this.#client = client;
    this.#purposes = purposes;
    this.#log = log;
  }

  /**
   * Whether a list brings the fields that are needed. Where its first page lacks some, one instance is
   * asked for alone: when that has one of them, the list holds summaries, and each instance is asked
   * for alone. The instance itself may well lack what is missing: it leaves out fields without a value.
   */
  async sourceOf({ spec }: Unit, resources: readonly [Resource, ...Resource[]]): Promise<Source> {
    const { model } = spec;
    const lists = resources.map(({ data }) => data);
    const absent = absentFields(neededFields(spec, this.#purposes), lists);
    if (absent.length === 0) return { source: "list", findings: [] };
    const alone = await this.#instance(model, resources[0].pkid);
    const still = alone === undefined ? absent : absentFields(absent, [alone.data]);
    const findings: Finding[] = [];
    const find = (code: string, severity: Finding["severity"], message: string): void => {
      findings.push({ type: "finding", code, severity, message, customer_pkid: "", model });
    };
    const isSummary = still.length < absent.length;
    if (isSummary) {
      const message = `the list of ${model} holds no full data: each instance is asked for alone`;
      this.#log.warning(message);
      find("summary-list", "warning", message);
    }
    if (still.length > 0) {
      const names = still.map(fieldName).join(", ");
      find("fields-absent", "info", `no instance of the first page of ${model} has ${names}`);
    }
    return { source: isSummary ? "instance" : "list", findings };
  }

  /** Each instance of a page by a request of its own; those that are gone are left out. */
  async instances({ spec }: Unit, resources: readonly Resource[]): Promise<Resource[]> {
    const found: Resource[] = [];
    for (const { pkid } of resources) {
      const one = await this.#instance(spec.model, pkid);
      if (one !== undefined) found.push(one);
    }
    return found;
  }

  async #instance(model: string, pkid: string): Promise<Resource | undefined> {
    try {
      return await this.#client.get(instancePath(this.#settings.protocol, model, pkid), (value) =>
        resourceOf(value, model, "the instance"),
      );
    } catch (error) {
      if (error instanceof RefusedError && error.httpStatus === 404) return undefined;
      throw error;
    }
  }
}
