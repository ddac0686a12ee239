/** For tests: an HTTP server in this process, for faults that nginx cannot be made to show. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeHttp {
  readonly port: number;
  /** `METHOD path`, in order. */
  readonly requests: string[];
  close(): Promise<void>;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** Starts it on a free port of loopback. */
export async function startFake(handler: Handler): Promise<FakeHttp> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    request.on("error", () => {}); // clients that go away are part of the tests
    Promise.resolve(handler(request, response)).catch(() => {
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The whole body; rejects when the client goes away before its end. */
export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A store that behaves: GET, HEAD and PUT of whole bodies. */
export function store(files: Map<string, Buffer> = new Map()): Handler {
  return async (request, response) => {
    const path = request.url ?? "";
    if (request.method === "PUT") {
      const body = await bodyOf(request);
      files.set(path, body);
      response.writeHead(201).end();
      return;
    }
    const content = files.get(path);
    if (content === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-length": content.length });
    response.end(request.method === "HEAD" ? undefined : content);
  };
}
