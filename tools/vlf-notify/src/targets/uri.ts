/**
 * The URIs of VOSS's `notify add` command: `snmp://community@host[:port]`, `snmp://user:auth:password@host[:port]`,
 * `mailto:user@host`, `http(s)://...`. Reserved characters are percent-encoded. They hold secrets, so no error
 * shows one.
 */

/** A URI in its parts. Keys of `options` are those of a target's table in `vlf.toml`. */
export interface TargetUri {
  readonly type: "snmp" | "email" | "webhook";
  /** Host of SNMP, address of mail, the whole of a web hook. */
  readonly place: string;
  readonly port: number | undefined;
  /** Of SNMP: a community alone, or user, authentication password and privacy password. */
  readonly access: readonly string[];
  readonly options: ReadonlyMap<string, string>;
}

const SNMP = /^snmp:\/\/(?:([^@/?#]*)@)?(\[[0-9a-f:.]+\]|[^@:/?#[\]\s]+)(?::(\d{1,5}))?\/?(?:\?([^#]*))?$/i;

/** The parts of a URI, or what is wanted instead. */
export function parseTargetUri(uri: string): TargetUri | { readonly wanted: string } {
  if (/^snmp:/i.test(uri)) return parseSnmp(uri);
  if (/^mailto:/i.test(uri)) {
    const place = decode(uri.slice("mailto:".length));
    if (place === undefined || place.includes("?")) return { wanted: "mailto:USER@HOST and no more" };
    return { type: "email", place, port: undefined, access: [], options: new Map() };
  }
  if (/^https?:\/\//i.test(uri)) {
    if (!URL.canParse(uri)) return { wanted: "https://HOST/PATH" };
    return { type: "webhook", place: uri, port: undefined, access: [], options: new Map() };
  }
  return { wanted: "a URI that begins with snmp://, mailto: or https://" };
}

function parseSnmp(uri: string): TargetUri | { readonly wanted: string } {
  const [matched, login, host = "", port, query = ""] = SNMP.exec(uri) ?? [];
  if (matched === undefined)
    return { wanted: "snmp://COMMUNITY@HOST[:PORT] or snmp://USER:AUTH:PASSWORD@HOST[:PORT]" };
  if (login === undefined || login === "")
    return { wanted: "a community before the host: snmp://COMMUNITY@HOST" };
  const access = login.split(":").map(decode);
  const options = new Map<string, string>();
  for (const pair of query.split("&").filter((text) => text !== "")) {
    const [key = "", value = ""] = pair.split("=").map(decode);
    options.set(key, value);
  }
  if (access.length > 3 || access.some((part) => part === undefined || part === "")) {
    return {
      wanted: "COMMUNITY, USER:AUTH or USER:AUTH:PASSWORD before the @, with : and @ in them percent-encoded",
    };
  }
  return {
    type: "snmp",
    place: host.replace(/^\[(.*)\]$/, "$1"),
    port: port === undefined ? undefined : Number(port),
    access: access as string[],
    options,
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
