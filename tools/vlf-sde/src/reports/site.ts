/**
 * Sites with their addresses, dial plan and bandwidths (guide, 2.3.13). Some of it stands at the site, some
 * at the customer, and countries above all customers.
 */
import { selfAndAbove } from "@vlf/common/hierarchy";
import { textReader } from "../readers.ts";
import { type Column, column, fieldIn, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { nodesOfType, nodeText } from "./_node.ts";
import { type DescribedReport, report } from "./_report.ts";

/** The list that the site names, else the only one at the nearest node that has any. */
const networkDeviceList: Column = column(
  "ndl",
  "string",
  "v1",
  sourceOf("networkDeviceList", "name"),
  ({ table }) => {
    const namedBySite = textReader(fieldIn(table, "siteData", "network_device_list"));
    const nameOf = textReader(fieldIn(table, "networkDeviceList", "name"));
    return ({ hierarchy }, joins) => {
      const site = joins.firstAt("siteData", hierarchy);
      const named = site === undefined ? "" : namedBySite(site);
      if (named !== "") return named;
      for (const node of selfAndAbove(hierarchy)) {
        const lists = joins.allAt("networkDeviceList", node);
        if (lists.length > 0) return lists.length === 1 && lists[0] !== undefined ? nameOf(lists[0]) : "";
      }
      return "";
    };
  },
  {
    note: `\`${sourceOf("siteData", "network_device_list")}\` if the site has it, else the one list at the nearest node; "" where a node has several`,
  },
);

/** The country of the site by its name or ISO code. */
const countryCode: Column = column(
  "country_code",
  "string",
  "v1",
  sourceOf("country", "dial_code"),
  ({ table }) => {
    const countryOf = textReader(fieldIn(table, "siteData", "country"));
    const codeOf = textReader(fieldIn(table, "country", "dial_code"));
    return ({ hierarchy }, joins) => {
      const site = joins.firstAt("siteData", hierarchy);
      if (site === undefined) return "";
      const name = countryOf(site);
      const found =
        joins.named("country", "name").nearest(name, hierarchy) ??
        joins.named("country", "iso_code").nearest(name, hierarchy);
      return found === undefined ? "" : codeOf(found);
    };
  },
  { note: `of the country that \`${sourceOf("siteData", "country")}\` names` },
);

/** HCM-F's record of the site, or what stands for it on systems without HCM-F. */
function external(key: string, fieldId: "external_id" | "extended_name"): Column {
  const from = `${sourceOf("hcmfLocation", fieldId)} or ${sourceOf("linkedSite", fieldId)}`;
  return column(key, "string", "v2", from, ({ table }) => {
    const ofLocation = textReader(fieldIn(table, "hcmfLocation", fieldId));
    const ofLinkedSite = textReader(fieldIn(table, "linkedSite", fieldId));
    return ({ hierarchy }, joins) => {
      const location = joins.firstAt("hcmfLocation", hierarchy);
      const linked = joins.firstAt("linkedSite", hierarchy);
      const text = location === undefined ? "" : ofLocation(location);
      return text === "" && linked !== undefined ? ofLinkedSite(linked) : text;
    };
  });
}

export const site: DescribedReport = report({
  type: "site",
  title: "Site Data Export",
  section: "2.3.13",
  rowIs: "a node of the type Site",
  reading: true,
  whole: true,
  sources: [
    {
      modelId: "node",
      keeps: nodesOfType("site"),
      columns: [
        ...sitePlace("v2", "v1"),
        nodeText("above", "hcmfCustomer", "customer_address1", "v1", "address1"),
        nodeText("above", "hcmfCustomer", "customer_address2", "v1", "address2"),
        nodeText("above", "hcmfCustomer", "customer_address3", "v1", "address3", { reading: true }),
        nodeText("here", "siteData", "location_address1", "v1", "address1"),
        nodeText("here", "siteData", "location_address2", "v1", "address2"),
        nodeText("here", "siteData", "location_address3", "v1", "address3"),
        nodeText("here", "dialPlanSite", "emergency_number", "v1", "emergency_number"),
        networkDeviceList,
        nodeText("above", "dialPlanCustomer", "inter_site_prefix", "v1", "inter_site_prefix"),
        nodeText("here", "dialPlanSite", "external_access_prefix", "v1", "external_access_prefix"),
        nodeText("here", "dialPlanSite", "site_code", "v1", "site_code"),
        nodeText("here", "dialPlanSite", "published_number", "v1", "published_number"),
        countryCode,
        external("external_id", "external_id"),
        external("extended_name", "extended_name"),
        nodeText("here", "location", "voice_bandwith", "v1", "audio", { table: "voice_bandwidth" }),
        nodeText("here", "location", "video_bandwith", "v1", "video", { table: "video_bandwidth" }),
      ],
    },
  ],
  joined: [
    "hcmfCustomer",
    "siteData",
    "dialPlanSite",
    "networkDeviceList",
    "dialPlanCustomer",
    "country",
    "hcmfLocation",
    "linkedSite",
    "location",
  ],
  sortBy: ["location_name"],
});
