import { runTool } from "@vlf/common/main";

void runTool("vlf-spread", () => import("./cli.ts"));
