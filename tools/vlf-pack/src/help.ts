/** The text of `vlf-pack --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-pack [--output DIR] [--format F]... [--with FILE]... [--dry-run]
                < COUNTS > FILES
       vlf-pack list [--output DIR] > FILES
       vlf-pack prune [--output DIR] [--dry-run]
       vlf-pack verify FILE... > FILES

Writes the license files from counted customers, and verifies, lists and
prunes them.

Commands:
  (none)   write the files of one audit, then prune
  list     a file record for each license file in the folder
  prune    remove license files that are older than two years
  verify   compute everything in the files again and compare

Packing:
  -o, --output DIR        the folder of the files (default: [pack] output of
                          vlf.toml, else media/data_export/license)
      --format F          detailed-csv, anonymous-csv, anonymous-zip, and of
                          voss-5 detailed-zip; for people html, anonymous-html
                          and xlsx; several with commas (default:
                          detailed-csv,anonymous-zip; of voss-5 by the layout)
      --with FILE         what html and xlsx show beside the counts: the output
                          of vlf-audit explain, diff or reconcile; repeatable.
                          It names people
      --locale L          how pages write numbers and dates: de-DE (default:
                          [pack] locale of vlf.toml, else en)
      --dry-run           say what would be written and removed, and do neither

${COMMON_HELP}

Input:
  The output of vlf-audit: begin, license-count, license-profile, instance
  (patches and adaptations), finding, end. The files bear the time at which the
  data was collected, unless --now gives another.

Output:
  begin, finding and other records of the input, file, end.

Exit status:
  0  done
  2  failed, and nothing is published; for verify, a file is not as written

Examples:
  vlf-collect files answers/ | vlf-audit | vlf-pack | vlf-ship --to /srv/archive
  vlf-pack --format html,xlsx --with evidence.ndjson < counts.ndjson
  vlf-pack verify media/data_export/license/*
`;
