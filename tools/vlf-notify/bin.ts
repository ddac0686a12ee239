#!/usr/bin/env node
import { runTool } from "@vlf/common/main";
import { tool } from "./src/cli.ts";

await runTool(tool);
