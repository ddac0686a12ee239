#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-ship", () => import("./src/cli.ts"));
