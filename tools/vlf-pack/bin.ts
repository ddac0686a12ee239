import { runTool } from "@vlf/common/main";

void runTool("vlf-pack", () => import("./src/cli.ts"));
