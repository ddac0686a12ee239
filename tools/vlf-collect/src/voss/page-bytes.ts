/**
 * The instances of a page as lines of the output, made from the bytes of the page: what nobody wants of it is never
 * made into values. A page that says who an instance is, and where it stands, in another way than usual is left to
 * `readPage()`.
 */
import type { Data } from "@vlf/common/axl";
import { DEVICE_KEY, type Kept } from "@vlf/common/models";
import { OF_CLUSTER, readResource } from "../resource.ts";
import { totalOf } from "./answer.ts";
import { LineBuffer, type Part, partOf } from "./line-buffer.ts";
import { modelPart } from "./places.ts";
import type { Reading, Readings } from "./shapes.ts";
import { NOBODY, type Standings } from "./standings.ts";
import { Walker } from "./walk.ts";
import { Words } from "./words.ts";

/** A model of which pages are read. */
export interface Model {
  readonly name: string;
  /** Its number in the order of the output. */
  readonly number: number;
  readonly kept: Kept | "all";
  project(data: Data): Data;
}

/** Instances as lines with their keys; one that is left out has no line. */
export interface Rows {
  readonly pkids: readonly string[];
  readonly keys: readonly string[];
  /** Where each line ends in `bytes`, behind its line feed. */
  readonly ends: readonly number[];
  readonly bytes: Buffer;
}

/** The rows of a page, and what was seen of their places. */
export interface Placed {
  readonly rows: Rows;
  /** Instances that stand elsewhere than in the branch that was asked for. */
  readonly outside: number;
  /** Instances at nodes that the list of nodes does not have. */
  readonly unknown: number;
  /** Whether one stands below the node of the list. */
  readonly below: boolean;
}

const PAGINATION = 0;
const RESOURCES = 1;
/** From here on slots are those of an instance. */
const META = 2;
const DATA = 3;
const MODEL = 4;
const PATH = 5;
const REFERENCES = 6;
const SELF = 7;
const PARENT = 8;
const HIERARCHY = 9;
const DEVICE = 10;
const FIELDS = 11;

const QUOTE = 34;
const COMMA = 44;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;
const LINE_FEED = 10;

/** How a reference begins, and goes on behind its pkid. */
const PKID = [Words.of('[{"pkid":"'), Words.of('[{"pkid": "')];
const HREF = [Words.of(',"href":"'), Words.of(', "href": "')];
/** Characters that stand in a pkid, and in a key as they are. */
const IN_PKID = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\w-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

const find = (slot: number): Reading => ({ kind: "find", slot });
const enter = (slot: number, members: Readings): Reading => ({ kind: "enter", slot, members });

/** Reads pages of one model. */
export class PageBytes {
  readonly #model: Model;
  readonly #standings: Standings;
  readonly #walker: Walker;
  /** `"device/cucm/User"` */
  readonly #name: Words;
  readonly #head: Part;
  readonly #keyPart: string;
  /** By field: `"name":`. */
  readonly #names: readonly Part[];
  /** Among the fields, -1 where it is none of them. */
  readonly #deviceField: number;
  /** The reference to a device that was met last. */
  #device: { readonly words: Words; readonly json: string } | undefined;
  #lines: LineBuffer = new LineBuffer(0);
  #top = "";
  #pkids: string[] = [];
  #keys: string[] = [];
  #ends: number[] = [];
  #outside = 0;
  #unknown = 0;
  #below = false;

  constructor(model: Model, standings: Standings) {
    const { name, number, kept } = model;
    const fields = kept === "all" ? [] : kept;
    this.#model = model;
    this.#standings = standings;
    this.#walker = new Walker(
      readingsOf(kept),
      { all: FIELDS + fields.length, firstOfItem: META },
      (start, end) => this.#take(end - start),
    );
    this.#name = Words.of(JSON.stringify(name));
    this.#head = partOf(`{"type":"instance","model":${JSON.stringify(name)},"pkid":"`);
    this.#keyPart = modelPart(number);
    this.#names = fields.map(([field]) => partOf(`${JSON.stringify(field)}:`));
    this.#deviceField = fields.findIndex(([field]) => field === DEVICE_KEY);
  }

  /**
   * The rows of a page and its total; `undefined` when it has to be parsed.
   * @param page UTF-8 in its first `size` bytes, with `SPARE_BYTES` behind them
   * @param top path of the node of the list
   * @param lines takes the lines; what was in it is gone
   */
  read(page: Buffer, size: number, top: string, lines: LineBuffer): (Placed & { total: number }) | undefined {
    this.#lines = lines;
    this.#top = top;
    lines.size = 0;
    [this.#pkids, this.#keys, this.#ends] = [[], [], []];
    [this.#outside, this.#unknown, this.#below] = [0, 0, false];
    const walker = this.#walker;
    if (!walker.walk(page, size) || walker.starts[RESOURCES] === 0) return undefined;
    return {
      rows: { pkids: this.#pkids, keys: this.#keys, ends: this.#ends, bytes: lines.bytes },
      outside: this.#outside,
      unknown: this.#unknown,
      below: this.#below,
      total: totalOf(walker.starts[PAGINATION] === 0 ? undefined : this.#valueAt(PAGINATION)),
    };
  }

  /** Takes an instance of so many bytes; false when the page has to be parsed. */
  #take(size: number): boolean {
    const walker = this.#walker;
    const { starts, view, bytes } = walker;
    if (starts[META] === 0 || starts[DATA] === 0 || !this.#isNamed()) return false;
    const pkidStart = this.#pkidStart();
    const pkidEnd = pkidStart === 0 ? 0 : this.#pkidEnd(pkidStart);
    if (pkidEnd === 0) return false;
    const standing = this.#standings.at(walker, PATH, PARENT, HIERARCHY);
    if (standing === undefined) return false;
    const pkid = latin1(bytes, pkidStart, pkidEnd);
    if (standing.nodes.includes(pkid)) return false;
    const lines = this.#lines;
    if (!standing.isInside) this.#outside += 1;
    else {
      if (!standing.place.isNode) this.#unknown += 1;
      this.#below ||= standing.hierarchy !== this.#top;
      // What is written besides stands in the page as well, or asks for room itself.
      const room = size + this.#head.length + standing.text.length;
      lines.reserve(room);
      lines.part(this.#head);
      lines.copy(view, pkidStart, pkidEnd);
      lines.part(standing.text);
      if (this.#model.kept !== "all") this.#writeFields(room);
      else if (!this.#writeAll(room)) return false;
      lines.byte(CLOSE_OBJECT);
      lines.byte(LINE_FEED);
    }
    this.#pkids.push(pkid);
    this.#keys.push(standing.place.prefix + this.#keyPart + pkid);
    this.#ends.push(lines.size);
    return true;
  }

  /** Whether an instance is of the model that was asked for, by its name or without one. */
  #isNamed(): boolean {
    const { starts, values, ends, view } = this.#walker;
    if (starts[MODEL] === 0) return true;
    const at = values[MODEL] as number;
    return (ends[MODEL] as number) - at === this.#name.length && this.#name.isAt(view, at);
  }

  /** Where the pkid begins in `meta.references.self`; 0 where it is not said in the usual way. */
  #pkidStart(): number {
    const { starts, values, view } = this.#walker;
    if (starts[SELF] === 0) return 0;
    const at = values[SELF] as number;
    for (const words of PKID) if (words.isAt(view, at)) return at + words.length;
    return 0;
  }

  /** Where it ends; 0 unless the link and the end of the list follow, and nothing else. */
  #pkidEnd(start: number): number {
    const { ends, view, bytes } = this.#walker;
    let end = start;
    while (IN_PKID[bytes[end] as number] === 1) end += 1;
    if (end === start || bytes[end] !== QUOTE) return 0;
    let at = end + 1;
    if (bytes[at] === COMMA) {
      const href = (HREF[0] as Words).isAt(view, at) ? HREF[0] : HREF.find((words) => words.isAt(view, at));
      if (href === undefined) return 0;
      at = this.#walker.quote(at + href.length) + 1;
    }
    const isLast = bytes[at] === CLOSE_OBJECT && bytes[at + 1] === CLOSE_ARRAY && at + 2 === ends[SELF];
    return isLast ? end : 0;
  }

  #writeAll(room: number): boolean {
    const { bytes, view, values, ends, isPlain } = this.#walker;
    const start = values[DATA] as number;
    if (bytes[start] !== OPEN_OBJECT) return false;
    const device = this.#deviceJson();
    if (isPlain[DATA] === 1 && device === "") {
      this.#lines.copy(view, start, ends[DATA] as number);
      return true;
    }
    const data = this.#valueAt(DATA) as Record<string, unknown>;
    if (device !== "") data[DEVICE_KEY] = JSON.parse(device) as unknown;
    this.#lines.text(JSON.stringify(data), room);
    return true;
  }

  #writeFields(room: number): void {
    const { starts, values, ends, isPlain, view } = this.#walker;
    const lines = this.#lines;
    const names = this.#names;
    const device = this.#deviceField < 0 ? "" : this.#deviceJson();
    let separator = OPEN_OBJECT;
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as Part;
      const slot = FIELDS + i;
      const start = starts[slot] as number;
      const isDevice = i === this.#deviceField && device !== "";
      if (start === 0 && !isDevice) continue;
      lines.byte(separator);
      separator = COMMA;
      if (!isDevice && isPlain[slot] === 1 && (values[slot] as number) - start === name.length) {
        lines.copy(view, start, ends[slot] as number);
      } else {
        lines.reserve(name.length + room);
        lines.part(name);
        lines.text(isDevice ? device : this.#fieldJson(i), room);
      }
    }
    if (separator === OPEN_OBJECT) lines.byte(OPEN_OBJECT);
    lines.byte(CLOSE_OBJECT);
  }

  /** A field as it is written, where it does not stand so. */
  #fieldJson(i: number): string {
    const name = (this.#model.kept as Kept)[i]?.[0] ?? "";
    return JSON.stringify(this.#model.project({ [name]: this.#valueAt(FIELDS + i) })[name]);
  }

  /** The pkid of the device that an instance of Unified CM was read from; empty for none. */
  #deviceJson(): string {
    const { starts, ends, view, bytes } = this.#walker;
    const start = starts[DEVICE] as number;
    const { name } = this.#model;
    if (start === 0 || !name.startsWith(OF_CLUSTER)) return "";
    const end = ends[DEVICE] as number;
    const known = this.#device;
    if (known !== undefined && known.words.length === end - start && known.words.isAt(view, start))
      return known.json;
    const references = { self: NOBODY, device: this.#valueAt(DEVICE) };
    const { data } = readResource({ meta: { model_type: name, references }, data: {} }, () => "");
    const json = JSON.stringify(data[DEVICE_KEY]) ?? "";
    this.#device = { words: new Words(bytes.subarray(start, end)), json };
    return json;
  }

  #valueAt(slot: number): unknown {
    const { bytes, values, ends } = this.#walker;
    return JSON.parse(bytes.toString("utf8", values[slot], ends[slot]));
  }
}

function readingsOf(kept: Kept | "all"): Readings {
  const references: Readings = new Map([
    ["self", find(SELF)],
    ["parent", find(PARENT)],
    ["hierarchy", find(HIERARCHY)],
    ["device", find(DEVICE)],
  ]);
  const meta: Readings = new Map([
    ["model_type", find(MODEL)],
    ["path", find(PATH)],
    ["references", enter(REFERENCES, references)],
  ]);
  const data: Reading =
    kept === "all" ? { kind: "keep", slot: DATA, kept } : enter(DATA, new Map(kept.map(fieldReading)));
  const resource: Readings = new Map([
    ["meta", enter(META, meta)],
    ["data", data],
  ]);
  return new Map([
    ["pagination", find(PAGINATION)],
    ["resources", { kind: "each", slot: RESOURCES, members: resource }],
  ]);
}

function fieldReading([name, below]: Kept[number], i: number): [string, Reading] {
  return [name, { kind: "keep", slot: FIELDS + i, kept: below === true ? "all" : below }];
}

/** `toString("latin1")` without looking up the encoding, which takes as long as making a short text. */
function latin1(bytes: Buffer, start: number, end: number): string {
  return (bytes as Buffer & { latin1Slice(from: number, to: number): string }).latin1Slice(start, end);
}
