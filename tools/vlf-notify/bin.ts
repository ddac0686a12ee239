#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-notify", () => import("./src/cli.ts"));
