/** Destination of type `sftp`: a folder of an SFTP server. */
import { Session } from "../sftp/session.ts";
import { type SftpSettings, sftpSettings } from "../sftp/settings.ts";
import { upload } from "../sftp/upload.ts";
import type { Destination, DestinationKind } from "./destination.ts";

export const sftpDestination: DestinationKind = {
  type: "sftp",

  fromConfig: (name, table, config, { env }) => makeDestination(name, sftpSettings(name, table, config, env)),

  // A target has no place for the key of the host.
  fromTarget: () => undefined,
};

function makeDestination(name: string, settings: SftpSettings): Destination {
  // One connection for all files, opened with the first and again when it was lost.
  let session: Session | undefined;
  const locate = (fileName: string): string => locationOf(settings, fileName);
  return {
    name,
    recognizes: true,
    locate,
    async deliver(source, { signal } = {}) {
      if (session?.isBroken !== false) session = await Session.open(settings, signal);
      const { directory, verify } = settings;
      return upload({ session, directory, verify, location: locate(source.name), signal }, source);
    },
    async close() {
      await session?.close();
      session = undefined;
    },
  };
}

/** `/~/` stands for the folder that the login starts in, as curl has it. */
function locationOf({ host, port, directory }: SftpSettings, fileName: string): string {
  const address = `${host.includes(":") ? `[${host}]` : host}${port === 22 ? "" : `:${port}`}`;
  const folder = directory.replace(/\/+$/, "");
  const path = directory.startsWith("/") ? folder : folder === "" ? "/~" : `/~/${folder}`;
  return `sftp://${address}${path}/${fileName}`;
}
