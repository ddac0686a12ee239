/** Look-ups that reports share, made once per scope. */
import type { ReportOptions, Scope } from "../reports/report.ts";

export class Joins {
  readonly scope: Scope;
  readonly options: ReportOptions;

  constructor(scope: Scope, options: ReportOptions) {
    this.scope = scope;
    this.options = options;
  }
}
