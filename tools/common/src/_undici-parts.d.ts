/** Types of the files of undici that `_undici.ts` takes. It has them for its index alone. */
declare module "undici/lib/core/connect.js" {
  export { buildConnector as default } from "undici";
}
declare module "undici/lib/dispatcher/agent.js" {
  export { Agent as default } from "undici";
}
declare module "undici/lib/dispatcher/dispatcher.js" {
  export { Dispatcher as default } from "undici";
}
declare module "undici/lib/dispatcher/proxy-agent.js" {
  export { ProxyAgent as default } from "undici";
}
declare module "undici/lib/api/index.js" {
  const api: Readonly<Record<"request" | "stream" | "pipeline" | "upgrade" | "connect", unknown>>;
  export default api;
}
