/** Analogue ports: of MGCP gateways, which are ports only, and of SCCP gateways, which are phones too. */
import { addPhone, analogName } from "./cisco.ts";
import { SERIES } from "./names.ts";
import type { Site } from "./topology.ts";
import type { Line, Work } from "./work.ts";

const PORTS = 24;

interface Port {
  gateway: string;
  number: number;
}

/** The next free port of the site's gateways of a kind. */
function nextPort(work: Work, site: Site, kind: "mgcp" | "sccp"): Port {
  const before = work.count(`${kind} ${site.siteCode}`);
  return {
    gateway: `${site.siteCode}-${kind}-${Math.floor(before / PORTS)}`,
    number: before % PORTS,
  };
}

/** A port of an MGCP gateway; returns the name by which a user lists it. */
export function addMgcpPort(work: Work, site: Site, line: Line | undefined): string {
  const { gateway, number } = nextPort(work, site, "mgcp");
  const name = `AALN/S0/SU0/${number}@${gateway}`;
  work.instances.add("device/cucm/GatewayEndpointAnalogAccess", site.path, {
    domainName: gateway,
    endpoint: {
      product: "Cisco MGCP FXS Port",
      description: `Fax ${gateway} ${number}`,
      name,
      port: {
        portNumber: number,
        lines: line === undefined ? null : { line: [{ dirn: { pattern: line.number } }] },
      },
    },
  });
  return name;
}

/** A port of an SCCP gateway and the phone that it is (guide 1.7.3); returns its name. */
export function addSccpPort(work: Work, site: Site, owner: string | undefined): string {
  const { gateway, number } = nextPort(work, site, "sccp");
  const line = work.newLine(SERIES.analogue);
  const name = analogName(work);
  const description = `Analogue ${gateway} ${number}`;
  work.instances.add("device/cucm/GatewaySccpEndpoints", site.path, {
    domainName: gateway,
    endpoint: {
      product: "Analog Phone",
      description,
      name,
      index: number,
      lines: { line: [{ dirn: { pattern: line.number } }] },
    },
  });
  addPhone(work, site.path, { name, product: "Analog Phone" }, owner, [line], description);
  return name;
}
