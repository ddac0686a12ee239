/** The text of `vlf-notify --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-notify

${COMMON_HELP}
`;
