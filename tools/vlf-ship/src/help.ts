/** The text of `vlf-ship --help`. */
export const HELP: string = `usage: vlf-ship [--to FOLDER|URL ...] [--delivery NAME ...] [--dry-run]
       vlf-ship [--to FOLDER|URL ...] [--delivery NAME ...] FILE...

Delivers files to their destinations and gives a receipt for each.

options:
  --to FOLDER|URL   deliver to this folder, also as file:///srv/archive; may be
                    given more than once
  --delivery NAME   deliver to [destinations.NAME] of vlf.toml; may be given
                    more than once; without this and --to, to those that
                    [ship] destinations lists
  --dry-run         say what would go where, and deliver nothing

common options:
  --config FILE     settings, vlf.toml if it is there
  --now TIME        the time to write instead of now, as 2026-11-01T03:00:00Z
  -q, --quiet       no news on stderr, only warnings and errors
  --log-format F    text or json
  -h, --help        this text
  --version         name and version

input:  begin, file, finding, end: the output of vlf-pack; or files by name
output: begin, finding and other records of the input, delivery, end

exit status: 0 all files are at all destinations; 2 failed: the delivery
records tell which

examples:
  vlf-collect voss | vlf-audit | vlf-pack | vlf-ship --to /srv/archive
  vlf-ship --delivery archive media/data_export/license/*_2026-11-01_0300.*
`;
