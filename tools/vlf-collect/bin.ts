#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-collect", () => import("./src/cli.ts"));
