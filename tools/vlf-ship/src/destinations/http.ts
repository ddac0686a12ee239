/**
 * Destination of type `http`: a web server that takes files by PUT (WebDAV and its like) or by POST.
 * Redirects are refused, only 2xx counts, and by PUT nothing is overwritten.
 */
import { createHash } from "node:crypto";
import { shown } from "@vlf/common/http";
import { connectionFailure, refusal } from "../http/answers.ts";
import { formBody, rawBody, sha256OfField } from "../http/body.ts";
import { idempotencyKey, send, success } from "../http/send.ts";
import {
  checkEndpoint,
  type Connection,
  CONNECTION_KEYS,
  connectionOf,
  namesFile,
  urlOfFile,
} from "../http/settings.ts";
import { DeliveryError } from "../failure.ts";
import type { Source } from "../source.ts";
import type { Attempt, Destination, DestinationKind, Receipt } from "./destination.ts";

const KEYS = {
  type: "text",
  ...CONNECTION_KEYS,
  method: ["PUT", "POST"],
  url: "text",
  body: ["raw", "multipart"],
  field: "text",
  verify: ["get", "head", "none"],
  create_only: "flag",
} as const;

interface Settings {
  readonly method: "PUT" | "POST";
  /** Path with `{name}` for the name of the file. */
  readonly url: string;
  readonly body: "raw" | "multipart";
  readonly field: string;
  readonly verify: "get" | "head" | "none";
  /** Sends `If-None-Match: *` with a PUT, for servers that know it. */
  readonly createOnly: boolean;
}

export const httpDestination: DestinationKind = {
  type: "http",

  fromConfig(name, table, config, context) {
    const where = `[destinations.${name}]`;
    const values = config.values(where, table, KEYS, ["host", "method", "url"]);
    checkEndpoint(config, `${where} url`, values.url);
    const isPut = values.method === "PUT";
    if (isPut && !namesFile(values.url)) {
      throw config.problem(
        `${where} url`,
        'a folder, as "/upload/", or a place for {name}: PUT names its file',
      );
    }
    if (isPut && (values.body === "multipart" || values.field !== undefined)) {
      throw config.problem(`${where} body`, '"raw" with PUT; forms are sent by POST');
    }
    if (values.field !== undefined && values.body !== "multipart") {
      throw config.problem(`${where} field`, 'body = "multipart" with it');
    }
    if (!isPut && (values.verify ?? "none") !== "none") {
      throw config.problem(
        `${where} verify`,
        '"none" with POST: where the file goes is the server\'s choice',
      );
    }
    if (!isPut && values.create_only !== undefined) {
      throw config.problem(`${where} create_only`, "PUT with it");
    }
    const settings: Settings = {
      method: values.method,
      url: values.url,
      body: values.body ?? "raw",
      field: values.field ?? "file",
      verify: values.verify ?? (isPut ? "get" : "none"),
      createOnly: values.create_only ?? true,
    };
    return new HttpDestination(name, connectionOf(config, where, values, context), settings);
  },

  fromTarget: () => undefined,
};

class HttpDestination implements Destination {
  readonly name: string;
  readonly recognizes: boolean;
  readonly #connection: Connection;
  readonly #settings: Settings;

  constructor(name: string, connection: Connection, settings: Settings) {
    this.name = name;
    this.recognizes = settings.method === "PUT" && settings.verify !== "none";
    this.#connection = connection;
    this.#settings = settings;
  }

  locate(fileName: string): string {
    return shown(this.#url(fileName));
  }

  async deliver(source: Source, attempt: Attempt = {}): Promise<Receipt> {
    try {
      return this.#settings.method === "PUT"
        ? await this.#put(source, attempt)
        : await this.#post(source, attempt);
    } catch (error) {
      throw connectionFailure(error);
    }
  }

  close(): Promise<void> {
    return this.#connection.client.destroy();
  }

  #url(name: string): URL {
    return urlOfFile(this.#connection.origin, this.#settings.url, name);
  }

  async #put(source: Source, attempt: Attempt): Promise<Receipt> {
    const url = this.#url(source.name);
    const there = await this.#find(url, source, attempt);
    if (there !== undefined) return there;
    const headers: Record<string, string> = this.#settings.createOnly ? { "if-none-match": "*" } : {};
    const answer = await send(this.#connection, "PUT", url, rawBody(source), headers, attempt);
    if (answer.status === 412) {
      await answer.discard();
      // Somebody was faster; an earlier attempt of ours, perhaps, of which the answer was lost.
      const found = await this.#find(url, source, attempt);
      if (found !== undefined) return found;
      throw new DeliveryError(
        "permanent",
        `publish "${shown(url)}": a file of that name exists (412), and what is in it is not known`,
        { hint: 'look at it by hand; with verify = "get" the tool compares it' },
      );
    }
    const { status, message } = await success(`PUT ${shown(url)}`, url, answer);
    return this.#confirm(url, source, attempt, status, message);
  }

  async #post(source: Source, attempt: Attempt): Promise<Receipt> {
    const url = this.#url(source.name);
    const body = this.#settings.body === "raw" ? rawBody(source) : formBody(source, this.#settings.field);
    const headers = { "idempotency-key": idempotencyKey(this.name, source) };
    const answer = await send(this.#connection, "POST", url, body, headers, attempt);
    const { message, location } = await success(`POST ${shown(url)}`, url, answer);
    const { sha256 } = source.expected;
    return { status: "delivered", location, sha256, proof: "accepted", message };
  }

  /** What lies under the name already: a receipt for the same content, undefined for nothing. */
  async #find(url: URL, source: Source, attempt: Attempt): Promise<Receipt | undefined> {
    if (this.#settings.verify === "none") return undefined;
    const found = await this.#look(url, attempt);
    if (found === undefined) return undefined;
    const { sizeBytes, sha256 } = source.expected;
    if (found.sha256 === sha256) {
      return { status: "already-delivered", location: shown(url), sha256, proof: found.proof };
    }
    if (found.sha256 === undefined && found.sizeBytes === sizeBytes) {
      throw new DeliveryError(
        "permanent",
        `publish "${shown(url)}": a file of that name and size exists, and HEAD does not tell its content`,
        { hint: 'set verify = "get" to compare it' },
      );
    }
    throw new DeliveryError(
      "permanent",
      `publish "${shown(url)}": a file of that name with other content exists`,
      { hint: "move it away if the new one is right" },
    );
  }

  /** Asks for what was sent, and gives the receipt that the answer is worth. */
  async #confirm(
    url: URL,
    source: Source,
    attempt: Attempt,
    status: number,
    message: string,
  ): Promise<Receipt> {
    const { sizeBytes, sha256 } = source.expected;
    const receipt = { status: "delivered", location: shown(url), sha256, message } as const;
    if (this.#settings.verify === "none") return { ...receipt, proof: "accepted" };
    const found = await this.#look(url, attempt);
    if (found === undefined) {
      const action = `read back "${shown(url)}": the server answered ${status} to the upload, and now has no such file`;
      // 202: taken in, worked on later (RFC 9110, 15.3.3).
      throw new DeliveryError(status === 202 ? "temporary" : "integrity", action);
    }
    if (found.sha256 === sha256) return { ...receipt, proof: found.proof };
    if (found.sha256 === undefined && found.sizeBytes === sizeBytes) return { ...receipt, proof: "size" };
    throw new DeliveryError(
      "integrity",
      `read back "${shown(url)}": other content than was sent: found ${found.sizeBytes ?? "?"} bytes ` +
        `with sha256 ${found.sha256 ?? "unknown"}, wanted ${sizeBytes} bytes with sha256 ${sha256}`,
    );
  }

  /** What the server shows under a URL: by GET the content itself, by HEAD its size and perhaps digest. */
  async #look(url: URL, { signal }: Attempt): Promise<Found | undefined> {
    const method = this.#settings.verify === "get" ? "GET" : "HEAD";
    const answer = await this.#connection.client.request(url, {
      method,
      headers: {
        "user-agent": "vlf-ship",
        ...this.#connection.headers,
        "accept-encoding": "identity",
        "want-repr-digest": "sha-256=10",
      },
      signal,
    });
    if (answer.status === 404 || answer.status === 410) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 200) {
      const error = await refusal(`${method} ${shown(url)}`, answer);
      if (error.failure !== "configuration" && error.failure !== "permanent") throw error;
      throw new DeliveryError(error.failure, error.message, {
        hint: 'a server that gives nothing back wants verify = "none"; nothing is proved then',
      });
    }
    if (method === "HEAD") {
      await answer.discard();
      const length = answer.headers["content-length"];
      return {
        sizeBytes: typeof length === "string" ? Number(length) : undefined,
        sha256: sha256OfField(answer.headers["repr-digest"]),
        proof: "digest",
      };
    }
    const hash = createHash("sha256");
    let sizeBytes = 0;
    for await (const bytes of answer.body) {
      hash.update(bytes);
      sizeBytes += bytes.length;
    }
    return { sizeBytes, sha256: hash.digest("hex"), proof: "read-back" };
  }
}

interface Found {
  readonly sizeBytes: number | undefined;
  readonly sha256: string | undefined;
  readonly proof: "read-back" | "digest";
}
