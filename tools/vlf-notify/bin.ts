import { runTool } from "@vlf/common/main";

void runTool("vlf-notify", () => import("./src/cli.ts"));
