/** The text of `vlf-pack --help`. */
export const HELP: string = `usage: vlf-pack [--output DIR] [--format F ...] [--dry-run] < counts.ndjson
       vlf-pack list [--output DIR]
       vlf-pack prune [--output DIR] [--dry-run]
       vlf-pack verify FILE...

Writes the license files from counted customers, and verifies, lists and
prunes them.

commands:
  (none)            write the files of one audit, then prune
  list              a file record for each license file in the folder
  prune             remove license files that are older than two years
  verify            compute everything in the files again and compare

options:
  -o, --output DIR  the folder of the files: media/data_export/license unless
                    told otherwise here or by [pack] output in vlf.toml
  --format F        detailed-csv, anonymous-csv, anonymous-zip; several with
                    commas or in turn; detailed-csv,anonymous-zip by default
  --dry-run         say what would be written and removed, and do neither

common options:
  --config FILE     settings, vlf.toml if it is there
  --now TIME        date of the files and of pruning, as 2026-11-01T03:00:00Z;
                    by default the time the data was collected, and today
  -q, --quiet       no news on stderr, only warnings and errors
  --log-format F    text or json
  -h, --help        this text
  --version         name and version

input:  begin, license-count, license-profile, instance (patches and
        adaptations), finding, end: the output of vlf-audit
output: begin, finding and other records of the input, file, end

exit status: 0 done; 2 failed, and nothing is published; for verify, 2 when
a file is not as it was written

examples:
  vlf-collect voss | vlf-audit | vlf-pack | vlf-ship --to /srv/archive
  vlf-pack verify media/data_export/license/*
`;
