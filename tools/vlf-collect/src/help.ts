/** Name, version and the text of `vlf-collect --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const TOOL = "vlf-collect";
export const VERSION = "0.1.0";

export const HELP: string = `Usage: vlf-collect files [OPTION]... [PATH]... > INSTANCES
       vlf-collect demo [OPTION]... > INSTANCES

Reads the instances of a VOSS Automate system and writes them as records.

Commands:
  files    saved answers of the REST API, export zips, record streams; a folder
           stands for all files below it, - or no PATH for standard input
  demo     a made-up system, the same for the same numbers

All commands:
      --for PURPOSE       what the instances are for: audit, sde; several with
                          commas (default: audit,sde)
      --fields WHICH      needed: only models and fields for that (default); all
      --collected-at TIME when the instances were read, as 2026-11-01T03:00:00Z
                          (default: what the input says, else now)

files:
      --allow-partial     accept a stream that was cut off and lists that lack
                          pages, for ad hoc work; the output then has no end
                          record, so that nothing packs it

demo:
      --customers N       customers (default 10)
      --subscribers N     subscribers of all customers together (default 1000)
      --seed N            another system of the same size (default 1)

${COMMON_HELP}

Input of files, told by content, not by name:
  {pagination, resources} or {meta, resources}; {meta, data}; arrays of {meta,
  data} or of instance records; NDJSON of these; record streams; zip and gzip.

Output:
  begin, instance, scope-end where a reader can forget a customer, end. Records
  of other types in a record stream are passed on.

Exit status:
  0  all was read
  2  failed: usage, bad or incomplete input, I/O; the output has no end record

Examples:
  vlf-collect demo | vlf-audit | vlf-pack
  vlf-collect files answers/ | vlf-audit |
    jq -r 'select(.type == "license-count") | [.customer, .licenses.premium]'
  curl -sS --netrc-file voss.netrc "$URL/api/device/cucm/User/?$QUERY" |
    vlf-collect files - | jq -r 'select(.type == "instance") | .hierarchy'
`;
