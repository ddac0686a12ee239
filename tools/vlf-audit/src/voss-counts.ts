/**
 * VOSS's own counts, `data/LicenseAuditCounts`, held against ours of scheme `voss-5`. Each difference is a
 * finding: which of the two is right is for a person to find out.
 */
import { fieldOf, modelOf, type ModelTable, textReader } from "@vlf/common/models";
import type { Finding, Instance, LicenseCount, Licenses5 } from "@vlf/common/records";
import { COLUMNS5 } from "@vlf/common/voss5";

/** One record of the system: its row, and the values it has, by column id. */
export interface VossCount {
  readonly pkid: string;
  readonly providerPkid: string;
  /** Empty for what lies above customers. */
  readonly customerPkid: string;
  readonly counts: Readonly<Record<string, number>>;
}

const COMPARED = COLUMNS5.filter(({ field }) => field !== "");

/** A reader of the model's instances. Fields that an instance lacks are not compared. */
export function vossCountReader(table: ModelTable): {
  readonly model: string;
  read(instance: Instance): VossCount;
} {
  const spec = modelOf(table, "licenseCounts");
  const text = (field: string): ((data: Instance["data"]) => string) => textReader(fieldOf(spec, field));
  const provider = text("provider_pkid");
  const customer = text("customer_pkid");
  const columns = COMPARED.map(({ id, field }) => ({ id, value: text(field) }));
  return {
    model: spec.model,
    read({ pkid, data }) {
      const counts: Record<string, number> = {};
      for (const { id, value } of columns) {
        const found = value(data);
        if (/^\d{1,15}$/.test(found)) counts[id] = Number(found);
      }
      return { pkid, providerPkid: provider(data), customerPkid: customer(data), counts };
    },
  };
}

/** The findings of the comparison; none where the input has no record of the model. */
export function compared(
  model: string,
  theirs: readonly VossCount[],
  ours: readonly LicenseCount<Licenses5>[],
): Finding[] {
  if (theirs.length === 0) return [];
  const findings: Finding[] = [];
  const left = new Set(ours);
  const rows = new Map(
    ours.map((row) => [row.customer_pkid === "" ? `above ${row.provider_pkid}` : row.customer_pkid, row]),
  );
  const note = (code: string, message: string, customerPkid: string, pkid: string, count: number): void => {
    const about = { model, ...(pkid === "" ? {} : { pkid }) };
    findings.push({
      type: "finding",
      code,
      severity: "warning",
      message,
      customer_pkid: customerPkid,
      ...about,
      count,
    });
  };
  for (const { pkid, providerPkid, customerPkid, counts } of theirs) {
    const row = rows.get(customerPkid === "" ? `above ${providerPkid}` : customerPkid);
    if (row === undefined) {
      note(
        "voss-count-without-row",
        "VOSS counted what is no customer or provider of the input",
        customerPkid,
        pkid,
        1,
      );
      continue;
    }
    left.delete(row);
    for (const { id, title } of COMPARED) {
      const their = counts[id];
      const own = Number(row.counts[id]);
      if (their === undefined || their === own) continue;
      const message = `VOSS counted ${their} in "${title}", we count ${own} by scheme voss-5`;
      note("voss-count-differs", message, customerPkid, pkid, Math.abs(their - own));
    }
  }
  for (const row of left) {
    note(
      "row-without-voss-count",
      `VOSS has no counts of "${row.customer || row.provider}"`,
      row.customer_pkid,
      "",
      1,
    );
  }
  return findings;
}
