/** Who asks: Basic login, or a session with its cookies that is renewed; and what nobody may see of it. */
import { TemporaryError, ToolError } from "@vlf/common/exit";
import { basic, type HttpAnswer, shown } from "@vlf/common/http";
import type { Settings } from "./voss/settings.ts";

/** Bytes of a body that an error shows. */
const EXCERPT = 80;

type Headers = Readonly<Record<string, string>>;

/** Sends the body of a login; gives the answer with its text. */
export type Post = (
  url: string,
  body: string,
) => Promise<{ readonly answer: HttpAnswer; readonly text: string }>;

export class Session {
  readonly #settings: Settings;
  readonly #post: Post;
  readonly #isTemporary: (status: number) => boolean;
  #headers: Headers | undefined;
  #login: Promise<void> | undefined;
  /** Requests that went well since the last login: a session without any is not renewed. */
  #goodSinceLogin = 0;

  constructor(settings: Settings, post: Post, isTemporary: (status: number) => boolean) {
    this.#settings = settings;
    this.#post = post;
    this.#isTemporary = isTemporary;
    if (settings.login === "basic") {
      this.#headers = { authorization: basic(settings.username, settings.password) };
    }
  }

  /** The headers of a request; `undefined` when it has to log in once more. */
  get headers(): Headers | undefined {
    return this.#headers;
  }

  /**
   * Logs in where that is to be done: once for all that wait for it.
   * @throws {ToolError} when it is refused; {TemporaryError} when it may work later
   */
  async open(): Promise<void> {
    if (this.#headers !== undefined) return;
    this.#login ??= this.#logIn().finally(() => {
      this.#login = undefined;
    });
    await this.#login;
  }

  /** A request went well. */
  succeeded(): void {
    this.#goodSinceLogin += 1;
  }

  /** Whether a session went out in mid-run: then the next request logs in again. */
  isExpired({ status }: HttpAnswer, used: Headers | undefined): boolean {
    if (this.#settings.login !== "session" || !(status === 401 || (status >= 300 && status < 400)))
      return false;
    if (used !== this.#headers) return true; // another request has noticed before
    if (this.#goodSinceLogin === 0) return false;
    this.#headers = undefined;
    return true;
  }

  /** The first bytes of a body for an error, on one line and without what nobody may see. */
  excerpt(text: string): string {
    const clean = this.#withoutSecrets(text.slice(0, 4096)).replace(/\s+/g, " ").trim();
    if (clean === "") return "";
    return `: ${JSON.stringify(clean.length > EXCERPT ? `${clean.slice(0, EXCERPT)}...` : clean)}`;
  }

  #withoutSecrets(text: string): string {
    const password = this.#settings.password.reveal();
    const secrets = [password, encodeURIComponent(password), ...Object.values(this.#headers ?? {})].flatMap(
      (value) => [value, ...value.split(/[ ;=]+/).filter((part) => part.length >= 8)],
    );
    return secrets.reduce((clean, secret) => clean.replaceAll(secret, "(secret)"), text);
  }

  async #logIn(): Promise<void> {
    const { origin, protocol, username, password } = this.#settings;
    const url = `${origin}${protocol.login_path}`;
    const { answer, text } = await this.#post(
      url,
      JSON.stringify({
        [protocol.login_username]: username,
        [protocol.login_password]: password.reveal(),
      }),
    );
    if (answer.status !== 200 && answer.status !== 204) {
      const message = `POST ${shown(url)}: status ${answer.status}${this.excerpt(text)}`;
      if (this.#isTemporary(answer.status)) throw new TemporaryError(message);
      throw new ToolError(message, {
        hint: "the user name or the password is wrong, or the release has no session login: try --login basic",
      });
    }
    const cookies = cookiesOf(answer.headers["set-cookie"]);
    const session = cookies.get(protocol.session_cookie);
    if (session === undefined) {
      throw new ToolError(`POST ${shown(url)}: no cookie "${protocol.session_cookie}" in the answer`, {
        hint: "try --login basic",
      });
    }
    const csrf = cookies.get(protocol.csrf_cookie);
    this.#headers = {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      ...(csrf === undefined ? {} : { [protocol.csrf_header.toLowerCase()]: csrf }),
    };
    this.#goodSinceLogin = 0;
  }
}

function cookiesOf(header: string | string[] | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const one of typeof header === "string" ? [header] : (header ?? [])) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(one) ?? [];
    if (name !== undefined && value !== undefined) cookies.set(name, value.trim());
  }
  return cookies;
}
