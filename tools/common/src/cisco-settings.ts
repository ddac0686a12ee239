/**
 * The settings of the schemes of Cisco, `[cisco]` in `vlf.toml`: what Cisco's public texts leave open, with a
 * default of ours for each. `vlf-audit --print-defaults` prints them. Plain values, so that threads can have them.
 */
import { type DeviceClass, DEVICE_CLASSES } from "./cisco-devices.ts";
import type { Config, ConfigTable } from "./config.ts";
import { isWithin } from "./hierarchy.ts";

/** A cluster of Unified CM: which instances are its own. */
export interface CiscoCluster {
  readonly name: string;
  readonly region: string;
  /** pkids of the device in VOSS that the instances were read from. */
  readonly devices: readonly string[];
  /** Nodes of which everything at or below is of the cluster, where an instance names no device. */
  readonly hierarchies: readonly string[];
}

export interface CiscoRules {
  /** Class by product, before the built-in table. */
  readonly devices: Readonly<Record<string, DeviceClass>>;
  /** What a model in no row of the table counts as. */
  readonly unknownModel: DeviceClass;
  /** What the eleventh device of a user and each further one cost in `cisco-ucm`: its own class, or one type for all. */
  readonly extraDevice: "class" | "essential" | "basic" | "enhanced" | "enhanced_plus" | "cuwl";
  /** Devices that one license of the Flex models holds; 0: any number. */
  readonly devicesPerUser: number;
  /** What makes a Knowledge Worker of a user without a device. */
  readonly knowledgeWorkerBy: readonly ("snr" | "extension-mobility" | "voicemail")[];
  /** Where users and devices of class Basic go in Named User. */
  readonly nuBasic: "access" | "enhanced" | "professional";
  /** Whether voicemail makes a Professional of a user with one device. */
  readonly nuVoicemail: "professional" | "ignored";
  /** Whether Common Area was ordered: then all devices without an owner are that. */
  readonly nuCommonArea: boolean;
  /** pkids of the customers that differ from that. */
  readonly nuCommonAreaCustomers: readonly string[];
  /** What is Access in the Enterprise Agreement. */
  readonly eaAccess: "users" | "devices" | "users-and-devices" | "nothing";
  /** Knowledge Workers that an Enterprise Agreement has at least. */
  readonly eaMinimum: number;
  readonly clusters: readonly CiscoCluster[];
}

export const CISCO_RULES: CiscoRules = {
  devices: {},
  unknownModel: "enhanced",
  extraDevice: "class",
  devicesPerUser: 10,
  knowledgeWorkerBy: ["snr", "extension-mobility", "voicemail"],
  nuBasic: "enhanced",
  nuVoicemail: "professional",
  nuCommonArea: false,
  nuCommonAreaCustomers: [],
  eaAccess: "users",
  eaMinimum: 1000,
  clusters: [],
};

/** Keys of `[cisco]`, with what each is for and whose word the default is. */
export interface CiscoSetting {
  readonly key: string;
  readonly value: (rules: CiscoRules) => string | number | boolean | readonly string[];
  readonly about: string;
  readonly source: "Cisco" | "not published, default is ours";
}

const OURS = "not published, default is ours";

export const CISCO_SETTINGS: readonly CiscoSetting[] = [
  {
    key: "unknown_model",
    value: (rules) => rules.unknownModel,
    about: "class of a model that the table of device classes does not have; each is a finding",
    source: OURS,
  },
  {
    key: "extra_device",
    value: (rules) => rules.extraDevice,
    about: "cisco-ucm: type of the license for the eleventh device of a user and each further one",
    source: OURS,
  },
  {
    key: "devices_per_user",
    value: (rules) => rules.devicesPerUser,
    about: "Flex: devices that one license of a user holds, one more for every so many begun; 0: any number",
    source: OURS,
  },
  {
    key: "knowledge_worker_by",
    value: (rules) => rules.knowledgeWorkerBy,
    about: "Flex 2.0 and EA: what makes a Knowledge Worker of a user without a device",
    source: "Cisco",
  },
  {
    key: "nu_basic",
    value: (rules) => rules.nuBasic,
    about: "Flex 3.0 NU: where class Basic (6911, 6921, SNR only) goes",
    source: OURS,
  },
  {
    key: "nu_voicemail",
    value: (rules) => rules.nuVoicemail,
    about: "Flex 3.0 NU: a user with one device and voicemail",
    source: OURS,
  },
  {
    key: "nu_common_area",
    value: (rules) => rules.nuCommonArea,
    about: "Flex 3.0 NU: Common Area was ordered; otherwise devices without an owner count by their class",
    source: OURS,
  },
  {
    key: "nu_common_area_customers",
    value: (rules) => rules.nuCommonAreaCustomers,
    about: "Flex 3.0 NU: pkids of the customers for whom the opposite holds",
    source: OURS,
  },
  {
    key: "ea_access",
    value: (rules) => rules.eaAccess,
    about:
      "Flex 3.0 EA: what of class Essential is Access: users whose only device it is, devices without an owner",
    source: OURS,
  },
  {
    key: "ea_minimum",
    value: (rules) => rules.eaMinimum,
    about: "Flex 3.0 EA: Knowledge Workers that the agreement has at least",
    source: "Cisco",
  },
];

const SPEC = {
  unknown_model: DEVICE_CLASSES,
  extra_device: ["class", "essential", "basic", "enhanced", "enhanced_plus", "cuwl"],
  devices_per_user: "whole-number",
  knowledge_worker_by: "texts",
  nu_basic: ["access", "enhanced", "professional"],
  nu_voicemail: ["professional", "ignored"],
  nu_common_area: "flag",
  nu_common_area_customers: "texts",
  ea_access: ["users", "devices", "users-and-devices", "nothing"],
  ea_minimum: "whole-number",
} as const;

const WAYS: readonly CiscoRules["knowledgeWorkerBy"][number][] = ["snr", "extension-mobility", "voicemail"];

/**
 * The rules with the corrections of `[cisco]`, `[cisco.devices]` (`"Cisco 8841" = "enhanced"`) and
 * `[cisco.clusters.NAME]` (`device`, `hierarchy`, `region`).
 * @throws {UsageError} for a key, class or word that there is not, or two clusters that claim the same
 */
export function ciscoRules(config: Config): CiscoRules {
  const { devices, clusters, ...table } = config.table("cisco");
  const values = config.values("[cisco]", table, SPEC);
  const defined = Object.fromEntries(
    Object.entries({
      unknownModel: values.unknown_model,
      extraDevice: values.extra_device,
      devicesPerUser: values.devices_per_user,
      knowledgeWorkerBy: values.knowledge_worker_by?.map((word) => {
        const way = WAYS.find((one) => one === word);
        if (way === undefined)
          throw config.problem("[cisco] knowledge_worker_by", WAYS.map((one) => `"${one}"`).join(" or "));
        return way;
      }),
      nuBasic: values.nu_basic,
      nuVoicemail: values.nu_voicemail,
      nuCommonArea: values.nu_common_area,
      nuCommonAreaCustomers: values.nu_common_area_customers,
      eaAccess: values.ea_access,
      eaMinimum: values.ea_minimum,
    }).filter(([, value]) => value !== undefined),
  ) as Partial<CiscoRules>;
  return {
    ...CISCO_RULES,
    ...defined,
    devices: deviceCorrections(config, subtable(config, "[cisco] devices", devices)),
    clusters: clustersIn(config, subtable(config, "[cisco] clusters", clusters)),
  };
}

function subtable(config: Config, where: string, value: unknown): ConfigTable {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw config.problem(where, "a table");
  return value as ConfigTable;
}

function deviceCorrections(config: Config, table: ConfigTable): Record<string, DeviceClass> {
  return Object.fromEntries(
    Object.entries(table).map(([product, value]) => {
      const deviceClass = DEVICE_CLASSES.find((one) => one === value);
      if (deviceClass === undefined || product.trim() === "") {
        throw config.problem(
          `[cisco.devices] "${product}"`,
          DEVICE_CLASSES.map((one) => `"${one}"`).join(" or "),
        );
      }
      return [product, deviceClass];
    }),
  );
}

function clustersIn(config: Config, table: ConfigTable): CiscoCluster[] {
  const taken = new Map<string, string>();
  return Object.entries(table).map(([name, value]) => {
    const where = `[cisco.clusters.${JSON.stringify(name)}]`;
    const read = config.values(where, subtable(config, where, value), {
      region: "text",
      device: "texts",
      hierarchy: "texts",
    });
    const { region = "", device: devices = [], hierarchy: hierarchies = [] } = read;
    if (name.trim() === "") throw config.problem("[cisco.clusters]", "a name for each cluster");
    for (const one of [...devices, ...hierarchies]) {
      const other = taken.get(one);
      if (other !== undefined) throw config.problem(where, `"${one}" in one cluster only, "${other}" has it`);
      taken.set(one, name);
    }
    return { name, region, devices, hierarchies };
  });
}

/** Where an instance belongs; the same object for all of a cluster. */
export interface ClusterPlace {
  readonly cluster: string;
  readonly region: string;
}

/** The cluster of the device, else that of the nearest node; an empty one where nothing tells. */
export type ClusterOf = (device: string, path: string) => ClusterPlace;

/** A device that no setting names is a cluster by itself, named by its pkid. */
export function clusterReader(clusters: readonly CiscoCluster[]): ClusterOf {
  const byDevice = new Map<string, ClusterPlace>();
  const nodes: { path: string; place: ClusterPlace }[] = [];
  for (const { name, region, devices, hierarchies } of clusters) {
    const place = { cluster: name, region };
    for (const device of devices) byDevice.set(device, place);
    for (const path of hierarchies) nodes.push({ path, place });
  }
  nodes.sort((a, b) => b.path.length - a.path.length);
  const nowhere = { cluster: "", region: "" };
  const byPath = new Map<string, ClusterPlace>();
  return (device, path) => {
    const [known, key] = device === "" ? [byPath, path] : [byDevice, device];
    const place =
      known.get(key) ??
      (device === ""
        ? (nodes.find((node) => isWithin(path, node.path))?.place ?? nowhere)
        : { cluster: device, region: "" });
    known.set(key, place);
    return place;
  };
}
