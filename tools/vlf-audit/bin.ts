#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-audit", () => import("./src/cli.ts"));
