/** The text of `voss help`, which VOSS's guide names and does not show. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: voss export type TYPE [type TYPE]...
       voss export group subscriber | license
       voss subscriber_data_export
       voss license-audit-counting

VOSS Automate's commands for data exports, done by vlf-collect, vlf-audit,
vlf-sde and vlf-pack: for scripts that were written for a VOSS system. The
system is read once for all types of a command.

  license_initial_audit      the license files, to media/data_export/license;
                             delivered where [ship] destinations are set
  other types                the subscriber data export, to
                             media/data_export/DAY; group subscriber: all
  subscriber_data_export     as export group subscriber
  license-audit-counting     count by the rules of the license audit, and keep
                             the counts in media/data_export/count; no report

Options:
      --force             accepted, as VOSS's scheduler adds it; changes nothing
      --delivery NAME     deliver the files to NAME of vlf.toml as well; may be
                          given more than once

${COMMON_HELP}

Input:
  The system that is read: the output of the shell command in VLF_SOURCE, or in
  [export] source of vlf.toml; otherwise vlf-collect voss by its table [voss].
  vlf.toml and media/ are in the folder VLF_HOME, or in the home folder.

Output:
  VOSS's lines on standard output, all else on standard error.

Exit status:
  0  all files are under their names, and delivered where that was asked for
  2  failed; no line "Completed" for what is not there
  75 failed, and the same command may succeed later

Examples:
  voss export type line type site
  VLF_SOURCE="vlf-collect demo" voss export group license
`;
