/** Users of fixed mobile convergence (guide, 2.3.8); none where the adaptation is not installed. */
import { flagReader, textReader } from "../readers.ts";
import { columnsOf, fieldIn } from "./_column.ts";
import { sitePlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const user = columnsOf("fmcUser");

export const fmc: DescribedReport = report({
  type: "fmc",
  title: "FMC Data Export",
  section: "2.3.8",
  rowIs: "a user with FMC: with a mobile number, or enabled",
  sources: [
    {
      modelId: user.modelId,
      // "Any users without the FMC feature configured will not appear in the file."
      keeps: ({ table }) => {
        const mobileOf = textReader(fieldIn(table, user.modelId, "mobile"));
        const isEnabled = flagReader(fieldIn(table, user.modelId, "enabled"));
        return (source) => mobileOf(source) !== "" || isEnabled(source);
      },
      columns: [
        ...sitePlace("v2"),
        user.text("username", "v2", "username"),
        user.text("destination", "v2", "mobile"),
        user.flag("fmc_enabled", "v2", "enabled"),
      ],
    },
  ],
  sortBy: ["username"],
});
