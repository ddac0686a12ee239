/**
 * The one table of what is assumed about the REST API of VOSS Automate. Each row says where it comes
 * from; docs/voss-api.md shows it. What no public page states can be corrected in `vlf.toml`
 * (`[voss.api]`), so that a system that differs needs no release.
 */
import type { Mark } from "@vlf/common/models";

/** One assumption: its value, how certain it is, and which page says so. */
export interface Assumption<T extends string | number = string | number> {
  readonly value: T;
  readonly mark: Mark;
  /** The page of VOSS's documentation with its releases, or what was looked for in vain. */
  readonly source: string;
}

/** Keys are those of `[voss.api]`. */
export interface Assumptions {
  readonly api_path: Assumption<string>;
  readonly login_path: Assumption<string>;
  readonly login_username: Assumption<string>;
  readonly login_password: Assumption<string>;
  readonly session_cookie: Assumption<string>;
  readonly csrf_cookie: Assumption<string>;
  readonly csrf_header: Assumption<string>;
  readonly format_parameter: Assumption<string>;
  readonly format_value: Assumption<string>;
  readonly hierarchy_parameter: Assumption<string>;
  readonly skip_parameter: Assumption<string>;
  readonly limit_parameter: Assumption<string>;
  readonly count_parameter: Assumption<string>;
  readonly summary_parameter: Assumption<string>;
  readonly summary_value: Assumption<string>;
  readonly traversal: Assumption<string>;
  readonly traversal_parameter: Assumption<string>;
  readonly traversal_value: Assumption<string>;
  readonly page_size: Assumption<number>;
  readonly throttle_per_second: Assumption<number>;
  readonly root: Assumption<string>;
  readonly customer_type: Assumption<string>;
  readonly bundle_model: Assumption<string>;
}

export type ProtocolKey = keyof Assumptions;

const documented = "documented";
const inferred = "inferred";
const notFound = "not-found";

const AUTHENTICATION = "API guide, HTTP header authentication (25.4)";
const PARAMETERS = "API guide, API parameters (21.2 to 24.1)";
const PAGINATION = "API guide, response elements: pagination (19.3.2 to 21.4-PB5)";

function row<T extends string | number>(value: T, mark: Mark, source: string): Assumption<T> {
  return { value, mark, source };
}

export const ASSUMPTIONS: Assumptions = {
  api_path: row("/api/", documented, "API guide, endpoint and versioning (20.1.1, 21.1)"),
  login_path: row("/noninteractivelogin/", documented, AUTHENTICATION),
  login_username: row("username", documented, AUTHENTICATION),
  login_password: row("password", documented, AUTHENTICATION),
  session_cookie: row("sessionid", documented, AUTHENTICATION),
  csrf_cookie: row("csrftoken", documented, AUTHENTICATION),
  csrf_header: row("X-CSRFToken", documented, "API guide, authentication token (21.2)"),
  format_parameter: row("format", documented, PARAMETERS),
  format_value: row("json", documented, PARAMETERS),
  hierarchy_parameter: row("hierarchy", documented, PARAMETERS),
  skip_parameter: row("skip", documented, PAGINATION),
  limit_parameter: row("limit", documented, PAGINATION),
  count_parameter: row("count", documented, PAGINATION),
  summary_parameter: row("summary", notFound, "believed to ask for full data with summary_value"),
  summary_value: row("false", notFound, "believed to ask for full data; empty: parameter not sent"),
  traversal: row(
    "below",
    inferred,
    "that a list at a node holds what is below it (below), or the node's own instances alone (node); lists of the portal do the former",
  ),
  traversal_parameter: row("traversal", notFound, "name of the parameter that traversal_value goes into"),
  traversal_value: row("", notFound, "empty: parameter not sent, the system's default holds"),
  page_size: row(200, notFound, "largest limit is not stated; 250 is the only sample"),
  throttle_per_second: row(
    20,
    documented,
    "platform guide, voss throttle-rates: per user and node (20.1.1 to 25.4)",
  ),
  root: row("sys", documented, "API examples (21.4): sys.hcs.CS-P.CS-NB.Innovia.INV-Reading"),
  customer_type: row("Customer", documented, "model relation/HcsHierarchyNodeREL (19.3.3)"),
  bundle_model: row("relation/Bundle", documented, "model relation/Bundle (20.1.1 to 24.1)"),
};

/** The values of a run: those of the table, or of `[voss.api]`. */
export type Protocol = { readonly [K in ProtocolKey]: Assumptions[K]["value"] };

/** The table's values with corrections. */
export function protocolOf(corrections: Partial<Protocol> = {}): Protocol {
  const values = Object.entries(ASSUMPTIONS).map(([key, assumption]) => [
    key,
    (assumption as Assumption).value,
  ]);
  return { ...(Object.fromEntries(values) as Protocol), ...corrections };
}

/** Path and query of one page of a list: `/api/device/cucm/User/?hierarchy=sys&format=json&skip=0&limit=200`. */
export function listPath(
  protocol: Protocol,
  model: string,
  page: { readonly hierarchy: string; readonly skip: number; readonly limit: number },
): string {
  const query = new URLSearchParams();
  query.set(protocol.hierarchy_parameter, page.hierarchy);
  query.set(protocol.format_parameter, protocol.format_value);
  if (protocol.summary_value !== "") query.set(protocol.summary_parameter, protocol.summary_value);
  if (protocol.traversal_value !== "") query.set(protocol.traversal_parameter, protocol.traversal_value);
  query.set(protocol.skip_parameter, String(page.skip));
  query.set(protocol.limit_parameter, String(page.limit));
  return `${protocol.api_path}${model}/?${query.toString()}`;
}

/** Path and query of one instance: `/api/device/cucm/User/5135fc0f31790a3000a83b2b/?format=json`. */
export function instancePath(protocol: Protocol, model: string, pkid: string): string {
  const query = new URLSearchParams({ [protocol.format_parameter]: protocol.format_value });
  return `${protocol.api_path}${model}/${encodeURIComponent(pkid)}/?${query.toString()}`;
}
