/** The text of `vlf-audit --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const help: string = `Usage: vlf-audit [OPTION]... < INSTANCES > COUNTS
       vlf-audit explain [--user NAME] [--customer NAME] [--column C] [--text]
         < INSTANCES > EVIDENCE
       vlf-audit --what-if FILE [--text] < INSTANCES > CHANGES
       vlf-audit diff OLD NEW > CHANGES
       vlf-audit merge COUNTS... > COUNTS
       vlf-audit reconcile --entitlements FILE [OPTION]... < COUNTS > POSITIONS
       vlf-audit standing --system FILE [OPTION]... > FINDINGS

Counts the licenses that the instances of a VOSS system use, row by customer.

Commands:
  (none)   count
  explain  the users, devices and accounts behind every number, with the rule
           and the reasons; and every other instance, with why it is not counted
  diff     what changed between two months, each a license file of vlf-pack (CSV
           or ZIP), counts of vlf-audit, or instances; with instances on both
           sides also who came, left or moved, and why
  merge    join the results of parts of one system, each customer in one part
  reconcile
           what was bought against what is used, in the license-count and usage
           records of the input: entitled, used, available, overage, by
           subscription, customer, cluster, region and partner
  standing whether a subscription system is in good standing: age of licenses,
           billing, applications, versions, WebLM, alerts, quantities

Counting:
      --scheme NAMES      (or --schemes) rules to count by, one or several with
                          commas in one pass: voss-4 (default), the audit 4.x;
                          voss-5, the audit 5.x as far as it is public;
                          cisco-ucm, what Unified CM wants; cisco-flex-2;
                          cisco-flex-3-nu, Named User; cisco-flex-3-ea,
                          Enterprise Agreement. Diff takes one; explain takes
                          one, or two and says per user why they differ.
                          --print-defaults alone writes the settings of the
                          schemes of Cisco and the table of device classes
      --allow-partial     accept input that was cut off, for ad hoc work; then
                          the output has no end record and nothing packs it
      --jobs N            count on N threads (default: the processors of this
                          machine, 8 at most; 1 where it has two); the output
                          is the same
      --exit-status       exit with 1 for findings of level warning or error

Explaining:
      --user NAME         only what has to do with this userid or address; on a
                          terminal as a page to read
      --customer NAME     only this customer: its name, path or pkid
      --column C          only this column: its number in the files, title or id
      --text              a page to read instead of records

What if:
      --what-if FILE      the difference in licenses that the changes in FILE
                          would make, as records or, on a terminal or with
                          --text, as a page; nothing else is written, so that
                          nobody packs it. One thread does it, whatever --jobs
                          says. The file is TOML, a [[change]] after the other:
                          docs/what-if.md

Merging:
      --rest FILE         what vlf-spread left out of the parts: the result is
                          then that of one run over the whole, byte for byte

Comparing:
      --jump-percent N    a finding where the licenses of a customer changed by
      --jump-licenses N   both so many percent (default: 20) and so many (10)

Reconciling:
      --entitlements FILE orders, as CSV or TOML; may be given more than once
      --history FOLDER    counts of earlier days, one file a day
      --record            keep the input in the history
      --period DAYS       the last 7 to 90 days (default: what the input holds)
      --from TIME         an exact period, as 2026-11-01T00:00:00Z; the end is
      --to TIME           not in it
      --statistic WORD    of the days of a period the last value (default), the
                          average or the peak
      --over              only what is over
      --print-defaults    the settings of [reconcile] as they are by themselves;
                          --customer, --text, --exit-status as above; on a
                          terminal a page to read

Standing:
      --system FILE       systems, as TOML; may be given more than once
      --usage             read usage records on standard input as well, and look
                          at the license token of the VOSS platform behind them;
                          --text, --exit-status, --print-defaults as above

${COMMON_HELP}

Input:
  Records on standard input, as vlf-collect writes them: begin, instances in any
  order, end. A scope-end record says that nothing at or below a node follows.
  Input without its end record is refused.

Output:
  begin; instances of patches and adaptations; per customer one license-count
  and the license-profile records behind it; findings; end. Records of other
  types are passed on. With explain: begin, evidence, finding, end; evidence
  names people and is for local use. With --what-if: begin, marked as a what-if,
  license-change, tier-change, finding, end; no tool reads it.

Memory:
  The largest customer when the input has scope-end records, else the whole
  system, some 400 bytes per instance.

Exit status:
  0  counted
  1  counted, with findings (only with --exit-status)
  2  failed: usage, bad input, I/O
  75 reconcile --record: another run holds the history

Examples:
  vlf-collect demo | vlf-audit explain --user anna
  vlf-collect files answers/ | vlf-audit --what-if changes.toml --text
  vlf-audit diff media/data_export/license/*_license_2026-1[01]-01_0300.zip
  vlf-collect demo | vlf-audit | vlf-pack
  vlf-collect files answers/ | vlf-audit |
    jq -r 'select(.type == "license-count") | [.customer, .licenses.premium]'
`;
