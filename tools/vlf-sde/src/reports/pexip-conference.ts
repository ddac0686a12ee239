/** Pexip meeting rooms (guide, 2.3.22). */
import { columnsOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";

const room = columnsOf("conference");

export const pexipConference: DescribedReport = report({
  type: "pexip_conference",
  title: "Pexip Data Export",
  section: "2.3.22",
  rowIs: "a Pexip conference",
  reading: true,
  sources: [
    {
      modelId: room.modelId,
      columns: [
        ...customerPlace("v4"),
        room.text("name", "v4", "name", { reading: true, note: 'the table calls it "First name of user"' }),
        room.text("description", "v4", "description", {
          reading: true,
          note: 'the table calls it "Last name of user"',
        }),
        room.text("owner_email", "v4", "owner", { reading: true }),
        room.text("type", "v4", "type", { reading: true }),
      ],
    },
  ],
  sortBy: ["name"],
});
