import { runTool } from "@vlf/common/main";

void runTool("vlf-collect", () => import("./src/cli.ts"));
