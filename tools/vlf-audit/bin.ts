import { runTool } from "@vlf/common/main";

void runTool("vlf-audit", () => import("./src/cli.ts"));
