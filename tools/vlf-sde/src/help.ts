/** The text of `vlf-sde --help`. */
import { COMMON_HELP } from "@vlf/common/args";

export const HELP: string = `Usage: vlf-sde

${COMMON_HELP}
`;
