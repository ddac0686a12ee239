import { runTool } from "@vlf/common/main";

void runTool("vlf-ship", () => import("./src/cli.ts"));
