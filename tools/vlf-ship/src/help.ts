/** The text of `vlf-ship --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-ship [OPTION]... < FILES > RECEIPTS
       vlf-ship [OPTION]... FILE... > RECEIPTS
       vlf-ship test [--to TARGET]... [--delivery NAME]... > RECEIPTS
       vlf-ship retry [--spool DIR] [--failed] [--delivery NAME]... > RECEIPTS
       vlf-ship list [--spool DIR] [--all] [--delivery NAME]... > RECEIPTS
       vlf-ship forget [--spool DIR] --delivery NAME... FILE-NAME...
       vlf-ship export --output FILE.zip [--delivery NAME]... [FILE]...

Delivers files to their destinations and gives a receipt for each.

Delivering:
      --to TARGET         deliver to this folder, also as file:///srv/archive;
                          may be given more than once
      --delivery NAME     deliver to NAME of vlf.toml: a destination, a file
                          transfer destination or license audit settings; may
                          be given more than once (default without this and
                          --to: those that [ship] destinations lists)
      --spool DIR         keep there what could not be delivered, for retry
                          (default: [ship] spool, or no spool)
      --dry-run           say what would go where, and deliver nothing

Commands:
  test      send a marked file without data to each destination
  retry     deliver what waits in the spool; with --failed also what failed
  list      show what waits in the spool; with --all also what arrived
  forget    take files out of the spool, for the destinations named
  export    write a ZIP archive with the files, or with those of a file
            destination, in a folder FILES
      --failed            also deliveries that failed for good
      --all               also deliveries that arrived
  -o, --output FILE.zip   archive to write

${COMMON_HELP}

Input:
  The output of vlf-pack or vlf-sde: begin, file, finding, end; or files by
  name.

Output:
  begin, finding and other records of the input, delivery, end.

Exit status:
  0  all files are at all destinations
  2  failed: the delivery records tell which
  75 nothing failed for good, but some could not be delivered now: try again

Examples:
  vlf-collect files answers/ | vlf-audit | vlf-pack | vlf-ship --to /srv/archive
  vlf-ship --delivery archive media/data_export/license/*_2026-11-01_0300.*
  vlf-ship retry --spool /var/spool/vlf
`;
