import { runTool } from "@vlf/common/main";

void runTool("voss", () => import("./cli.ts"));
