/** The text of `vlf-audit --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const help: string = `Usage: vlf-audit [OPTION]... < INSTANCES > COUNTS

Counts the licenses that the instances of a VOSS system use, row by customer.

Counting:
      --scheme NAME       rules to count by: voss-4 (default), the audit 4.x
      --allow-partial     accept input that was cut off, for ad hoc work; then
                          the output has no end record and nothing packs it
      --jobs N            count on N threads (default: the processors of this
                          machine, 8 at most); the output is the same
      --exit-status       exit with 1 for findings of level warning or error

${COMMON_HELP}

Input:
  Records on standard input, as vlf-collect writes them: begin, instances in any
  order, end. A scope-end record says that nothing at or below a node follows.
  Input without its end record is refused.

Output:
  begin; instances of patches and adaptations; per customer one license-count
  and the license-profile records behind it; findings; end. Records of other
  types are passed on.

Memory:
  The largest customer when the input has scope-end records, else the whole
  system, some 400 bytes per instance.

Exit status:
  0  counted
  1  counted, with findings (only with --exit-status)
  2  failed: usage, bad input, I/O

Examples:
  vlf-collect demo | vlf-audit | vlf-pack
  vlf-collect files answers/ | vlf-audit |
    jq -r 'select(.type == "license-count") | [.customer, .licenses.premium]'
`;
