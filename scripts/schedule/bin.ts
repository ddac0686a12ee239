#!/usr/bin/env node
import { runTool } from "@vlf/common/main";
import { tool } from "./cli.ts";

await runTool(tool);
