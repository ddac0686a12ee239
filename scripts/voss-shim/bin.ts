#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("voss", () => import("./cli.ts"));
