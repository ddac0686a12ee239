/** Meeting Rooms: of Microsoft; which model holds them no page says. */
import type { Rule5 } from "./_rule.ts";

export const meetingRoom: Rule5 = {
  id: "meeting-room",
  reference: "scheme voss-5, Meeting Rooms: column documented, model and rule are ours",
  apply(row) {
    for (const room of row.all("roomMailbox")) {
      row.countOne("meeting-room", { kind: "microsoft" }, () => ({
        kind: "meeting room",
        name: room.name,
        sources: [room],
        reasons: ["a room mailbox"],
      }));
    }
  },
};
