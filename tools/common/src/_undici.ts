/**
 * The parts of undici that are used here. Its index loads fetch, WebSockets, caches and mocks as well, and with them
 * the copy of it that Node has: 35 ms of processor time before the first byte, as much as all else of a small delivery.
 */
import type { buildConnector } from "undici";
import makeConnector from "undici/lib/core/connect.js";
import Agent from "undici/lib/dispatcher/agent.js";
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
import ProxyAgent from "undici/lib/dispatcher/proxy-agent.js";
import api from "undici/lib/api/index.js";

// The V8 of Node 20 takes the parser of answers for worth optimizing at the first answer, which a run of few waits for at
// its end: 50 ms and 35 MB. With twenty times its patience it still does so in long runs. Others were not measured.
if (process.versions.v8.startsWith("11.")) {
  process.getBuiltinModule("node:v8").setFlagsFromString("--wasm-tiering-budget=36000000");
}

// As its index does: `request()` and `connect()` of every dispatcher.
Object.assign(Dispatcher.prototype, api);

/**
 * Connects as undici does, and sends the head of a request before its body. undici holds it back to send it with the first
 * piece: nginx, and who reads like it, then finds some of the body behind the head, and stores all that follows across
 * the borders of pages, which takes it a quarter longer.
 */
function connector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = makeConnector(options);
  return (to, done) => {
    connect(to, (...[error, socket]) => {
      if (error !== null) {
        done(error, null);
        return;
      }
      socket.cork = () => {};
      done(null, socket);
    });
  };
}

export { Agent, connector, ProxyAgent };
