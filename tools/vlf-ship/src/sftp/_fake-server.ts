/** For tests: an SFTP server in this process, for what a real one cannot be made to do: lie, fall silent, break off. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

/** How the server differs from a right one. */
export interface Faults {
  /** Bytes that it has room for; a write beyond them is refused. */
  readonly room?: number;
  /** Bytes that it stores of each file, while it says yes to all of them. */
  readonly keeps?: number;
  /** Changes this byte of each file that it stores. */
  readonly alters?: number;
  /** Breaks the connection at the n-th write. */
  readonly breaksAtWrite?: number;
  /** Gives no answer to requests of this kind. */
  readonly silentOn?: "WRITE" | "CLOSE" | "RENAME" | "FSTAT" | "LSTAT" | "READ";
  /** Answers writes this late. */
  readonly writeDelayMs?: number;
  /** Gives at most so many bytes for one read. */
  readonly readBytes?: number;
  /** Makes a file of that name and content appear just before a rename. */
  readonly appears?: Readonly<Record<string, string>>;
  /** Refuses to list folders. */
  readonly isBlind?: boolean;
  /** Has no SFTP, or gives no answer when asked for it. */
  readonly sftp?: "none" | "silent";
  /** Knows this cipher and no other. */
  readonly cipher?: ssh2.CipherAlgorithm;
  /** Authenticates what a cipher does not authenticate by this and nothing else. */
  readonly mac?: ssh2.MacAlgorithm;
  /** Wants new keys at every n-th write. */
  readonly rekeysEvery?: number;
}

export interface FakeServer {
  readonly port: number;
  /** Public key of the host, in the form of the protocol. */
  readonly hostKey: Buffer;
  readonly files: Map<string, Buffer>;
  /** Logins tried, by kind. */
  readonly logins: string[];
  /** Requests, by name. */
  readonly requests: string[];
  readonly close: () => Promise<void>;
}

/** A key of the host. About one in 300 that ssh2 1.17 makes is one that it cannot read again: those are thrown away. */
function newHostKey(): { readonly private: string; readonly public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync("ed25519");
    const keys = [ssh2.utils.parseKey(pair.private), ssh2.utils.parseKey(pair.public)];
    if (!keys.some((key) => key instanceof Error)) return pair;
  }
}

/** Starts a server whose one folder is `/in`. */
export async function startFakeSftp(faults: Faults = {}): Promise<FakeServer> {
  const pair = newHostKey();
  const files = new Map<string, Buffer>();
  const logins: string[] = [];
  const requests: string[] = [];
  const clients = new Set<ssh2.Connection>();
  const server = new ssh2.Server({ hostKeys: [pair.private], ...algorithmsOf(faults) }, (client) => {
    clients.add(client);
    (client as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    client.on("error", () => {});
    client.on("close", () => clients.delete(client));
    client.on("authentication", (login) => {
      logins.push(login.method);
      const isRight = login.method === "password" && login.password === "right";
      if (isRight) login.accept();
      else login.reject(["password"]);
    });
    client.on("session", (accept) => {
      if (faults.sftp === "none") accept();
      if (faults.sftp !== undefined) return;
      accept().on("sftp", (acceptSftp) => {
        serve(acceptSftp(), faults, files, requests, {
          breakOff: () => client.end(),
          rekey: () => client.rekey(),
        });
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const parsed = ssh2.utils.parseKey(pair.public);
  if (parsed instanceof Error) throw parsed;
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: parsed.getPublicSSH(),
    files,
    logins,
    requests,
    async close() {
      for (const client of clients) client.end();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function algorithmsOf({ cipher, mac }: Faults): { algorithms: ssh2.Algorithms } {
  return {
    algorithms: {
      ...(cipher === undefined ? {} : { cipher: [cipher] }),
      ...(mac === undefined ? {} : { hmac: [mac] }),
    },
  };
}

function serve(
  sftp: ssh2.SFTPWrapper,
  faults: Faults,
  files: Map<string, Buffer>,
  requests: string[],
  { breakOff, rekey }: { readonly breakOff: () => void; readonly rekey: () => void },
): void {
  const handles = new Map<string, string>();
  const listed = new Set<string>();
  const ok = (id: number): void => sftp.status(id, STATUS_CODE.OK);
  const no = (id: number, code: number): void => sftp.status(id, code);
  const pathOf = (handle: Buffer): string => handles.get(handle.toString("hex")) ?? "";
  const isSilent = (kind: string): boolean => {
    requests.push(kind);
    return faults.silentOn === kind;
  };
  const attributes = (path: string): ssh2.Attributes | undefined => {
    const content = files.get(path);
    const common = { uid: 0, gid: 0, atime: 0, mtime: 0 };
    if (path === "/in") return { mode: 0o040755, size: 0, ...common };
    return content === undefined ? undefined : { mode: 0o100644, size: content.length, ...common };
  };
  const answerStat = (id: number, path: string): void => {
    const found = attributes(path);
    if (found === undefined) no(id, STATUS_CODE.NO_SUCH_FILE);
    else sftp.attrs(id, found);
  };
  const newHandle = (path: string): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(handles.size + 1);
    handles.set(handle.toString("hex"), path);
    return handle;
  };

  sftp.on("OPEN", (id, path, flags) => {
    requests.push("OPEN");
    if ((flags & OPEN_MODE.WRITE) !== 0) {
      if (files.has(path) && (flags & OPEN_MODE.EXCL) !== 0) return no(id, STATUS_CODE.FAILURE);
      files.set(path, Buffer.alloc(0));
    } else if (!files.has(path)) return no(id, STATUS_CODE.NO_SUCH_FILE);
    sftp.handle(id, newHandle(path));
  });
  sftp.on("WRITE", (id, handle, offset, data) => {
    if (isSilent("WRITE")) return;
    const writes = requests.filter((kind) => kind === "WRITE").length;
    if (writes === faults.breaksAtWrite) return breakOff();
    if (faults.rekeysEvery !== undefined && writes % faults.rekeysEvery === 0) rekey();
    const end = offset + data.length;
    if (end > (faults.room ?? Number.POSITIVE_INFINITY)) return no(id, STATUS_CODE.FAILURE);
    store(files, pathOf(handle), offset, data, faults);
    if (faults.writeDelayMs === undefined) ok(id);
    else setTimeout(() => ok(id), faults.writeDelayMs);
  });
  sftp.on("READ", (id, handle, offset, length) => {
    if (isSilent("READ")) return;
    const content = files.get(pathOf(handle)) ?? Buffer.alloc(0);
    const piece = content.subarray(offset, offset + Math.min(length, faults.readBytes ?? length));
    if (piece.length === 0) no(id, STATUS_CODE.EOF);
    else sftp.data(id, piece);
  });
  sftp.on("CLOSE", (id) => {
    if (!isSilent("CLOSE")) ok(id);
  });
  sftp.on("STAT", (id, path) => answerStat(id, path));
  sftp.on("LSTAT", (id, path) => {
    if (!isSilent("LSTAT")) answerStat(id, path);
  });
  sftp.on("OPENDIR", (id, path) => {
    if (faults.isBlind === true) no(id, STATUS_CODE.PERMISSION_DENIED);
    else sftp.handle(id, newHandle(path));
  });
  sftp.on("READDIR", (id, handle) => {
    const key = handle.toString("hex");
    if (listed.has(key)) return no(id, STATUS_CODE.EOF);
    listed.add(key);
    const names = [...files.keys()].map((path) => path.slice("/in/".length));
    const attrs = { mode: 0o100644, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
    sftp.name(
      id,
      names.map((filename) => ({ filename, longname: filename, attrs })),
    );
  });
  sftp.on("REMOVE", (id, path) => {
    requests.push("REMOVE");
    if (files.delete(path)) ok(id);
    else no(id, STATUS_CODE.NO_SUCH_FILE);
  });
  sftp.on("RENAME", (id, from, to) => {
    for (const [name, content] of Object.entries(faults.appears ?? {})) files.set(name, Buffer.from(content));
    if (isSilent("RENAME")) return;
    const content = files.get(from);
    if (content === undefined) return no(id, STATUS_CODE.NO_SUCH_FILE);
    if (files.has(to)) return no(id, STATUS_CODE.FAILURE);
    files.delete(from);
    files.set(to, content);
    ok(id);
  });
}

function store(files: Map<string, Buffer>, path: string, offset: number, data: Buffer, faults: Faults): void {
  const old = files.get(path) ?? Buffer.alloc(0);
  const size = Math.min(Math.max(old.length, offset + data.length), faults.keeps ?? Number.POSITIVE_INFINITY);
  const content = Buffer.alloc(size);
  old.copy(content);
  data.copy(content, offset);
  if (faults.alters !== undefined && offset <= faults.alters && faults.alters < size) {
    content[faults.alters] = (content[faults.alters] ?? 0) ^ 1;
  }
  files.set(path, content);
}
