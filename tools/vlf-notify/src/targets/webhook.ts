/** Web hooks. */
import type { Config } from "@vlf/common/config";
import type { HttpSettings } from "@vlf/common/http";
import { Secret, secretKeys, secretOf } from "@vlf/common/secrets";
import type { Level } from "../alert.ts";
import type { Env } from "../settings.ts";
import { TARGET_KEYS, type TargetTable } from "./table.ts";
import type { Target } from "./target.ts";

const KEYS = {
  ...TARGET_KEYS,
  url: "text",
  ...secretKeys("url"),
  ...secretKeys("token"),
  proxy: "text",
  ca_file: "text",
  cert_file: "text",
  key_file: "text",
  timeout_seconds: "whole-number",
} as const;

const TIMEOUT_SECONDS = 10;

/** @throws {UsageError} */
export async function webhookTarget({
  config,
  where,
  name,
  table,
  env,
  levels,
}: TargetTable): Promise<Target> {
  const values = config.values(where, table, KEYS);
  const url = urlOf(config, where, "url", values, env);
  if (url === undefined) throw config.problem(`${where} url`, "url, url_file, url_env or url_credential");
  const token = secretOf(config, where, "token", values, env);
  const http = await httpOf(config, env, values);
  return makeTarget(
    name,
    levels,
    url,
    { ...http, timeoutSeconds: values.timeout_seconds ?? TIMEOUT_SECONDS },
    token,
  );
}

/** The web hook of a URI. */
export function webhookUriTarget(levels: readonly Level[], uri: string): Target {
  const { protocol, host } = new URL(uri);
  return makeTarget(
    `${protocol}//${host}`,
    levels,
    new Secret(uri),
    { timeoutSeconds: TIMEOUT_SECONDS },
    undefined,
  );
}

/**
 * An address that may be in the settings, or apart where it is a secret.
 * @throws {UsageError} when it is none, or stands in both places
 */
export function urlOf(
  config: Config,
  where: string,
  key: string,
  values: Readonly<Record<string, unknown>>,
  env: Env,
): Secret | undefined {
  const plain = values[key] as string | undefined;
  const apart = secretOf(config, where, key, values, env);
  if (plain !== undefined && apart !== undefined) {
    throw config.problem(`${where} ${key}`, `one of ${key} and ${key}_file, not both`);
  }
  const url = apart ?? (plain === undefined ? undefined : new Secret(plain));
  if (url === undefined) return undefined;
  const text = url.reveal();
  const isUrl = /^https?:\/\//i.test(text) && URL.canParse(text);
  if (!isUrl || new URL(text).username !== "" || new URL(text).password !== "") {
    throw config.problem(`${where} ${key}`, "https://HOST/PATH, without a login in it");
  }
  return url;
}

/** Proxy and certificates of a table. */
export async function httpOf(
  config: Config,
  env: Env,
  values: {
    readonly proxy?: string;
    readonly ca_file?: string;
    readonly cert_file?: string;
    readonly key_file?: string;
  },
): Promise<HttpSettings> {
  const proxy =
    values.proxy === undefined
      ? undefined
      : (await import("@vlf/common/http")).proxyOf(config, values.proxy, env);
  return { proxy, caFile: values.ca_file, certFile: values.cert_file, keyFile: values.key_file };
}

function makeTarget(
  name: string,
  levels: readonly Level[],
  url: Secret,
  http: HttpSettings,
  token: Secret | undefined,
): Target {
  const { protocol, host } = new URL(url.reveal());
  return {
    name,
    levels,
    channel: "webhook",
    address: `${protocol}//${host}`,
    async send(alert, context) {
      const { sendWebhook } = await import("../channels/webhook.ts");
      return sendWebhook({ url, http, token }, alert, context);
    },
  };
}
