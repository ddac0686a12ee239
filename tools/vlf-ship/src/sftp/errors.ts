/** What ssh2 and SFTP servers say when something failed, in our words and by what helps. */
import { errorCode, systemMessage, TemporaryError, ToolError } from "@vlf/common/exit";
import { ProxyError } from "@vlf/common/tunnel";
import { DeliveryError, type Failure } from "../failure.ts";

/** Answers of an SFTP server (draft-ietf-secsh-filexfer-02, 7). OpenSSH says 4 for most causes. */
export const STATUS = {
  eof: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  noConnection: 6,
  connectionLost: 7,
  unsupported: 8,
} as const;

const WORDS: Readonly<Record<number, { readonly words: string; readonly failure: Failure }>> = {
  [STATUS.eof]: { words: "the file ends early", failure: "integrity" },
  [STATUS.noSuchFile]: { words: "no such file or folder", failure: "configuration" },
  [STATUS.permissionDenied]: { words: "permission denied", failure: "configuration" },
  [STATUS.failure]: { words: 'the server says "failure" and no more', failure: "temporary" },
  [STATUS.badMessage]: { words: "the server takes no such name or request", failure: "permanent" },
  [STATUS.noConnection]: { words: "no connection", failure: "temporary" },
  [STATUS.connectionLost]: { words: "the connection was lost", failure: "temporary" },
  [STATUS.unsupported]: { words: "the server cannot do this", failure: "permanent" },
};

/** The status that the server gave, where the error is an answer of the server. */
export function statusOf(error: unknown): number | undefined {
  const cause: unknown = error instanceof DeliveryError ? error.cause : error;
  const code = (cause as { code?: unknown } | null | undefined)?.code;
  return typeof code === "number" && code in WORDS ? code : undefined;
}

/** An error of one operation: `open "x.part" on sftp.example.com: permission denied`. */
export function operationError(action: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const found = WORDS[statusOf(error) ?? 0];
  if (found !== undefined)
    return new DeliveryError(found.failure, `${action}: ${found.words}`, { cause: error });
  return new DeliveryError("temporary", `${action}: ${systemMessage(error)}`, { cause: error });
}

/** True for what ssh2 says of an extension that the server does not offer. */
export function isNotOffered(error: unknown): boolean {
  const cause: unknown = error instanceof ToolError ? error.cause : error;
  return (
    statusOf(cause) === STATUS.unsupported ||
    (cause instanceof Error && cause.message.includes("does not support this extended request"))
  );
}

/** An error before the session stood. `level` is ssh2's name of the layer that failed. */
export function connectError(action: string, error: unknown): ToolError {
  if (error instanceof ProxyError) {
    return new DeliveryError(error.failure, error.message, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
  if (error instanceof ToolError) return error;
  const { level = "" } = error as { level?: string };
  const said = systemMessage(error);
  const fail = (failure: Failure, hint?: string): DeliveryError =>
    new DeliveryError(failure, `${action}: ${said}`, {
      cause: error,
      ...(hint === undefined ? {} : { hint }),
    });
  if (level === "client-authentication" || /too many authentication failures/i.test(said)) {
    return fail(
      "authentication",
      "check username, password or key, and whether the server takes this kind of login",
    );
  }
  if (level === "agent") return fail("configuration", 'check ssh-agent with "ssh-add -l"');
  if (/no matching host key/i.test(said)) {
    return fail(
      "configuration",
      "the server has no key of the types on file: ask its administrator for its keys",
    );
  }
  if (/no matching/i.test(said)) {
    return fail("configuration", "server and client share no algorithm");
  }
  if (/Invalid identification string/.test(said)) {
    return fail("configuration", "what answers there speaks no SSH 2: check host and port");
  }
  if (/subsystem/i.test(said)) return fail("configuration", "the server offers no SFTP to this login");
  if (errorCode(error) === "ENOTFOUND") return fail("configuration", "check the host name");
  return new TemporaryError(`${action}: ${said}`, { cause: error });
}
