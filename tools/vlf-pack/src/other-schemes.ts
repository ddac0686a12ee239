/** Rows of schemes that are not VOSS's: no license file of VOSS has a place for them, and they are passed on. */
import { isCisco } from "@vlf/common/cisco";
import { DataError } from "@vlf/common/exit";
import type { AnyRecord } from "@vlf/common/records";

export class OtherSchemes {
  readonly #rows = new Map<string, number>();

  /** Whether the record is of such a scheme. */
  take({ type, scheme }: AnyRecord): boolean {
    if ((type !== "license-count" && type !== "license-profile") || !isCisco(String(scheme))) return false;
    const name = String(scheme);
    this.#rows.set(name, (this.#rows.get(name) ?? 0) + (type === "license-count" ? 1 : 0));
    return true;
  }

  /**
   * What to tell of them, by scheme.
   * @throws {DataError} when there is nothing else: a file without its rows would say that nobody uses anything
   */
  news(hasOwnRows: boolean): string[] {
    if (this.#rows.size > 0 && !hasOwnRows) {
      throw new DataError(
        `write license files: the input has rows of ${[...this.#rows.keys()].join(", ")} alone, wanted voss-4 or voss-5`,
        { hint: "count with vlf-audit --scheme voss-4, or name both: voss-4,cisco-ucm" },
      );
    }
    return [...this.#rows].map(
      ([scheme, rows]) => `${rows} rows of scheme ${scheme} are in no license file of VOSS: passed on`,
    );
  }
}
