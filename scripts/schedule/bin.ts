#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-schedule", () => import("./cli.ts"));
