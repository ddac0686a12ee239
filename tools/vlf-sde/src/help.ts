/** The text of `vlf-sde --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-sde [--type TYPE]... [--output DIR] [OPTION]... < INSTANCES > FILES
       vlf-sde [--type TYPE]... --stdout [OPTION]... < INSTANCES > ROWS

Writes the subscriber data export of VOSS Automate: the files that billing and
expense systems read, all types in one pass.

What:
      --type TYPE         a type of export, as phones; several in turn or with
                          commas (default: all types of the group)
      --group subscriber  all types, which is the default
      --spelling WHICH    keys that the guide spells in two ways: resolved
                          (default), table, example, or both
      --webex-layout L    current (default), or legacy: as before 21.4-PB2

Where:
  -o, --output DIR        folder of the folders of the days (default: [sde]
                          output of vlf.toml, else media/data_export)
      --no-prune          keep files that are 31 days old or older
      --dry-run           say what would be written and removed, and do neither
      --stdout            rows as records, for jq, and no files

Work:
      --buffer-size SIZE  instances that wait in memory, as 64K, 256M, 2G: what
                          is more waits on disk (default: 256M)
  -j, --jobs N            export customers on N threads (default: the processors
                          of this machine, at most 4)

${COMMON_HELP}

Input:
  The output of vlf-collect: begin, instance, scope-end, end. The files bear the
  time at which the data was collected, unless --now gives another.

Output:
  begin, finding and other records of the input, file, end; with --stdout
  sde-row instead of file.

Exit status:
  0  done
  2  failed, and nothing is published or removed

Examples:
  vlf-collect demo | vlf-sde | vlf-ship --to /srv/billing
  vlf-collect files answers/ | vlf-sde --type phones,line --output /srv/export
  vlf-collect demo | vlf-sde --type phones --stdout |
    jq -r 'select(.type == "sde-row").row | [.location_name, .phone_name] | @tsv'
`;
