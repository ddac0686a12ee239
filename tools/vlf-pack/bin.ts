#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-pack", () => import("./src/cli.ts"));
