/** The command line of vlf-sde, as options. */
import { UsageError } from "@vlf/common/exit";
import type { Tool } from "@vlf/common/main";
import { HELP } from "./help.ts";

export const tool: Tool = {
  name: "vlf-sde",
  version: "0.1.0",
  help: HELP,
  run: () => Promise.reject(new UsageError("read options: no command")),
};
