/** Name, version and the text of `vlf-collect --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const TOOL = "vlf-collect";
export { VERSION } from "@vlf/common/version";

export const HELP: string = `Usage: vlf-collect files [OPTION]... [PATH]... > INSTANCES
       vlf-collect voss --url URL --username NAME --password-file FILE
                        [OPTION]... > INSTANCES
       vlf-collect voss --check [OPTION]...
       vlf-collect usage --format FORMAT [OPTION]... [FILE]... > USAGE
       vlf-collect demo [OPTION]... > INSTANCES

Reads the instances of a VOSS Automate system and writes them as records.

Commands:
  files    saved answers of the REST API, export zips, record streams; a folder
           stands for all files below it, - or no PATH for standard input
  voss     a running system, over its REST API
  usage    what other systems report as used: usage records, for vlf-audit
           reconcile
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

voss (all but --check also in [voss] of vlf.toml):
      --url URL           the system, as https://voss.example.com
      --username NAME     account that may read all that is asked for
      --password-file F   its password, in a file that only you may read
      --login WAY         basic: with each request (default); session: log in
      --ca-file FILE      certificates to trust instead of the machine's, in PEM
      --proxy NAME        web proxy, a [proxies.NAME] of vlf.toml
      --hierarchy NODE    read the branch of this node (default sys)
      --allow-missing M   go on without model M, which counts rest on
      --rate N            requests per second (default 10; 0: no limit)
      --connections N     requests at once (default 8)
      --page-size N       instances per request (default 200)
      --timeout S         longest silence of the system (default 60)
      --retries N         how often a request is tried again (default 8)
      --checkpoint DIR    keep what came, so that the same command goes on
                          where this one stopped
      --check             try it: one page of each model, the fields it lacks

usage:
      --format FORMAT     axl-totals: license totals of a Unified CM cluster,
                          the answer of AXL executeSQLQuery as XML or JSON;
                          hcmf: license summary of HCM-F, between pipes;
                          cssm: list of Smart Software Manager, CSV;
                          webex: answer of GET /v1/licenses, JSON;
                          avaya: date, application, metric, value as CSV
      --customer NAME     of files that do not tell it: the customer,
      --customer-pkid ID  the pkid of its node,
      --cluster NAME      the cluster,
      --region NAME       where its data center is,
      --subscription ID   the subscription,
      --pool NAME         the virtual account (cssm)
      --print-defaults    write the settings of the formats, [usage], and end

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
  75 voss: the same command may succeed later: the system is down or throttles

Examples:
  vlf-collect demo | vlf-audit | vlf-pack
  vlf-collect files answers/ | vlf-audit |
    jq -r 'select(.type == "license-count") | [.customer, .licenses.premium]'
  vlf-collect voss --checkpoint .voss | vlf-audit | vlf-pack | vlf-ship
  curl -sS --netrc-file voss.netrc "$URL/api/device/cucm/User/?$QUERY" |
    vlf-collect files - | jq -r 'select(.type == "instance") | .hierarchy'
`;
