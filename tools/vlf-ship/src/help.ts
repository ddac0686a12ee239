/** The text of `vlf-ship --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-ship [--to TARGET]... [--delivery NAME]... < FILES > RECEIPTS
       vlf-ship [--to TARGET]... [--delivery NAME]... FILE... > RECEIPTS

Delivers files to their destinations and gives a receipt for each.

Delivering:
      --to TARGET         deliver to this folder, also as file:///srv/archive;
                          may be given more than once
      --delivery NAME     deliver to [destinations.NAME] of vlf.toml; may be
                          given more than once (default without this and --to:
                          those that [ship] destinations lists)
      --dry-run           say what would go where, and deliver nothing

${COMMON_HELP}

Input:
  The output of vlf-pack: begin, file, finding, end; or files by name.

Output:
  begin, finding and other records of the input, delivery, end.

Exit status:
  0  all files are at all destinations
  2  failed: the delivery records tell which

Examples:
  vlf-collect files answers/ | vlf-audit | vlf-pack | vlf-ship --to /srv/archive
  vlf-ship --delivery archive media/data_export/license/*_2026-11-01_0300.*
`;
