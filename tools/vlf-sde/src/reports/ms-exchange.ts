/** Exchange mailboxes of users, with who may do what in them (guide, 2.3.21). */
import { joinKey } from "@vlf/common/axl";
import { byCodeUnit } from "@vlf/common/hierarchy";
import { itemsOf, onceForValue, textReader, textsReader } from "../readers.ts";
import { type Column, column, columnsOf, fieldIn, type Key, member, sourceOf } from "./_column.ts";
import { customerPlace } from "./_place.ts";
import { type DescribedReport, report } from "./_report.ts";
import type { ReportOptions, Source } from "./report.ts";

const mailbox = columnsOf("mailbox");
const SEND_AS = "recipientPermission";

interface Permission {
  readonly user: string;
  readonly access_rights: readonly string[];
}

function permissionsReader(
  userId: string,
  rightsId: string,
  { table }: ReportOptions,
): (source: Source) => Permission[] {
  const user = fieldIn(table, mailbox.modelId, userId);
  const rights = fieldIn(table, mailbox.modelId, rightsId);
  const items = itemsOf(user, rights);
  const [userOf] = items.texts;
  const [, rightsOf] = items.lists;
  return onceForValue([user, rights], (source) =>
    items.of(source).map((item) => ({ user: userOf(item), access_rights: rightsOf(item) })),
  );
}

/** One entry per user, with each right once. */
function merged(permissions: readonly Permission[]): Permission[] {
  const byUser = new Map<string, { user: string; access_rights: string[] }>();
  for (const { user, access_rights } of permissions) {
    const entry = byUser.get(joinKey(user)) ?? { user, access_rights: [] };
    byUser.set(joinKey(user), entry);
    for (const right of access_rights)
      if (!entry.access_rights.includes(right)) entry.access_rights.push(right);
  }
  return [...byUser.values()];
}

const permissionKeys = (userId: string, rightsId: string): readonly Key[] => [
  member("user", "string", "v4", sourceOf(mailbox.modelId, userId), { reading: true }),
  member("access_rights", "array of string", "v4", sourceOf(mailbox.modelId, rightsId), { reading: true }),
];

/** Rights on the mailbox itself, and to send in its name, which Exchange keeps apart. */
const details: Column = column(
  "exchange_mailbox_details",
  "object",
  "v4",
  "permissions of the mailbox",
  (options) => {
    const { table } = options;
    const upnOf = textReader(fieldIn(table, mailbox.modelId, "upn"));
    const calendarOf = permissionsReader("calendar_user", "calendar_rights", options);
    const permissionsOf = permissionsReader("permission_user", "permission_rights", options);
    const trusteeOf = textReader(fieldIn(table, SEND_AS, "trustee"));
    const rightsOf = textsReader(fieldIn(table, SEND_AS, "access_rights"));
    return (source, joins) => {
      const sendAs = joins
        .named(SEND_AS, "identity")
        .allOf(source, upnOf)
        .map((one) => ({ user: trusteeOf(one), access_rights: rightsOf(one) }))
        .sort(
          (a, b) => byCodeUnit(a.user, b.user) || byCodeUnit(a.access_rights.join(), b.access_rights.join()),
        );
      return {
        calendar_permissions: calendarOf(source),
        permissions: merged([...permissionsOf(source), ...sendAs]),
      };
    };
  },
  {
    reading: true,
    members: [
      member("calendar_permissions", "array of object", "v4", "permissions of the calendar folder", {
        reading: true,
        members: permissionKeys("calendar_user", "calendar_rights"),
      }),
      member("permissions", "array of object", "v4", "permissions of the mailbox", {
        reading: true,
        note: `with those of \`device/exchangeonline/RecipientPermission\`, one entry per user`,
        members: permissionKeys("permission_user", "permission_rights"),
      }),
    ],
  },
);

export const msExchange: DescribedReport = report({
  type: "ms_exchange",
  title: "MS Exchange Data Export",
  section: "2.3.21",
  rowIs: "a mailbox of a user",
  reading: true,
  sources: [
    {
      modelId: mailbox.modelId,
      columns: [...customerPlace("v4"), mailbox.text("username", "v4", "upn", { reading: true }), details],
    },
  ],
  joined: [SEND_AS],
  sortBy: ["username"],
});
