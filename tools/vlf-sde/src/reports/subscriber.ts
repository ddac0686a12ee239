/** CUCM users with what VOSS, single number reach and voicemail have of them (guide, 2.3.14). */
import { type TextReader, textReader } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, type Read, sourceOf } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";
import type { ReportOptions } from "./report.ts";

const user = columnsOf("cucmUser");

type At = readonly [modelId: string, fieldId: string];

/** Text of the first of the models that has one for the user's name; all have it in `username`. */
function byUsername(key: string, since: string, ...places: readonly At[]): Column {
  const from = places.map(([modelId, fieldId]) => sourceOf(modelId, fieldId)).join(" or ");
  return column(key, "string", since, from, (options) => {
    const useridOf = userid(options);
    const reads = places.map(([modelId, fieldId]) => ({
      modelId,
      read: textReader(fieldIn(options.table, modelId, fieldId)),
    }));
    return (source, joins) => {
      for (const { modelId, read } of reads) {
        const found = joins.named(modelId, "username").nearestOf(source, useridOf);
        const text = found === undefined ? "" : read.cell(found);
        if (text !== "") return text;
      }
      return "";
    };
  });
}

/** Whether an instance names the user. */
function exists(key: string, modelId: string, fieldId: string): Column {
  const bind = (options: ReportOptions): Read => {
    const useridOf = userid(options);
    return (source, joins) => joins.named(modelId, fieldId).nearestOf(source, useridOf) !== undefined;
  };
  return column(key, "boolean", "v1", sourceOf(modelId, fieldId), bind, {
    note: "true when one has the userid",
  });
}

function userid({ table }: ReportOptions): TextReader {
  return textReader(fieldIn(table, user.modelId, "userid"));
}

export const subscriber: DescribedReport = report({
  type: "subscriber",
  title: "Subscriber Data Export",
  section: "2.3.14",
  rowIs: "a CUCM user",
  sources: [
    {
      modelId: user.modelId,
      columns: [
        ...sitePlace("v2", "v1"),
        user.text("username", "v1", "userid"),
        user.text("first_name", "v1", "first_name"),
        user.text("middle_name", "v3", "middle_name"),
        user.text("last_name", "v1", "last_name"),
        user.text("email", "v1", "mailid"),
        byUsername(
          "entitlement_profile",
          "v1",
          ["user", "entitlement_profile"],
          ["provisioningStatus", "entitlement_profile"],
        ),
        byUsername("role", "v1", ["user", "role"]),
        byUsername("credential_policy", "v1", ["user", "credential_policy"]),
        exists("snr", "remoteDestinationProfile", "user"),
        exists("voicemail", "voicemail", "alias"),
        byUsername("title", "v2", ["user", "title"], ["normalizedUser", "title"]),
        user.text("department", "v2", "department"),
        user.text("telephone_number", "v2", "telephone_number"),
        user.text("pager_number", "v3", "pager_number"),
        user.flag("imp_enabled", "v4", "imp_enabled"),
      ],
    },
  ],
  joined: ["user", "provisioningStatus", "normalizedUser", "remoteDestinationProfile", "voicemail"],
  sortBy: ["username"],
});
