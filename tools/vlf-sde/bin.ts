import { runTool } from "@vlf/common/main";

void runTool("vlf-sde", () => import("./src/cli.ts"));
