import { runTool } from "@vlf/common/main";

void runTool("vlf-schedule", () => import("./cli.ts"));
