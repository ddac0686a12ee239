/**
 * Bodies of requests that carry a file: raw, or one part of a form (RFC 7578), always of known length. undici asks for
 * the next piece when the socket has taken all of the one before (`drain`), so their buffers are used in turn.
 */
import { buffersInTurn, readSource, type Source } from "../source.ts";

export interface Body {
  readonly headers: Readonly<Record<string, string>>;
  /** May be read once. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** A form field beside the file. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

/** `sha-256=:BASE64:`, the value of the digest fields of RFC 9530. */
function digestField(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`;
}

/** The SHA-256 in hexadecimal that a digest field of RFC 9530 names; undefined without one. */
export function sha256OfField(value: string | string[] | undefined): string | undefined {
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec([value ?? ""].flat().join(","));
  return found?.[1] === undefined ? undefined : Buffer.from(found[1], "base64").toString("hex");
}

/** The file alone. Its digest is that of the content and of what will lie there (RFC 9530). */
export function rawBody(source: Source): Body {
  const { sizeBytes, sha256 } = source.expected;
  return {
    headers: {
      "content-type": contentType(source.name),
      "content-length": String(sizeBytes),
      "content-digest": digestField(sha256),
      "repr-digest": digestField(sha256),
    },
    content: readSource(source, buffersInTurn()),
  };
}

/** The file as a part of a form, after the fields. The boundary is made of the hash: same file, same bytes. */
export function formBody(source: Source, partName: string, fields: readonly Field[] = []): Body {
  const { sizeBytes, sha256 } = source.expected;
  const boundary = `----vlf-${sha256.slice(0, 40)}`;
  const before = fields.map(
    ({ name, value }) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  before.push(
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(partName)}"; ` +
      `filename="${quoted(source.name)}"\r\ncontent-type: ${contentType(source.name)}\r\n\r\n`,
  );
  const head = Buffer.from(before.join(""));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* content(): AsyncGenerator<Uint8Array> {
    // The last piece of the source comes when it is known to be right: the tail after it closes the form.
    yield head;
    yield* readSource(source, buffersInTurn());
    yield tail;
  }
  return {
    headers: {
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": String(head.length + sizeBytes + tail.length),
    },
    content: content(),
  };
}

/** A name between quotes as browsers write it: UTF-8, with what would end it percent-encoded. */
function quoted(name: string): string {
  return name.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function contentType(name: string): string {
  if (name.endsWith(".zip")) return "application/zip";
  return name.endsWith(".csv") ? "text/csv" : "application/octet-stream";
}
