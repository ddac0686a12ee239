// From source on Node, a thread needs the loader of TypeScript before it can load worker.ts.
if (!("Deno" in globalThis)) {
  const { register } = await import("tsx/esm/api");
  register();
}
await import("./worker.ts");
