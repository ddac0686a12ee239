#!/usr/bin/env node
import { runTool } from "@vlf/common/main";

await runTool("vlf-sde", () => import("./src/cli.ts"));
