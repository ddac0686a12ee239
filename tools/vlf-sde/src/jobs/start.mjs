// From source on Node, a thread needs the loader of TypeScript before it can load worker.ts.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
