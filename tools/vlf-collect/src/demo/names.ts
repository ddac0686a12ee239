/**
 * Names, addresses and numbers of the demo system. All are made up and long enough to be told from
 * anything else, so that a search for them in an anonymous file has no false hits.
 */
import { mix, mixAll, type Random } from "./random.ts";

type Words = readonly [string, ...string[]];

// prettier-ignore
const FIRST: Words = [
  "Adrivel", "Belquin", "Corwith", "Dravena", "Elvorra", "Fennimar", "Gwendrith", "Halvexa", "Iltharin", "Jorvick",
  "Kaldrin", "Lysmere", "Morvanna", "Nyxelle", "Orvandel", "Pelloran", "Quorrin", "Rhozelle", "Sylvarn", "Tamsinda",
  "Ulveric", "Vexandra", "Wystara", "Xanthrin", "Yorvalle", "Zephrine", "Brenwick", "Calvorn", "Dorvella", "Ewrinna",
];
// prettier-ignore
const LAST: Words = [
  "Abbermoor", "Brackwell", "Cindervale", "Dunmarrow", "Eskdarrow", "Farrowmere", "Grimsdyke", "Hollowick", "Inglevard",
  "Jaskelund", "Kirrowby", "Larkenmoor", "Mossgrove", "Netherwyn", "Oakenvard", "Pennywhist", "Quillmoor", "Ravensdal",
  "Stonewyck", "Thackmoor", "Umberlund", "Vosskamp", "Wetherlow", "Yarrowfen", "Zandermoor", "Birchlund", "Crowmarsh",
  "Dapplewood", "Elderfjord", "Fallowbeck", "Gorsewyn", "Hazelmyr", "Ivorskar", "Juniperra", "Knottwald", "Lindgarth",
];
// prettier-ignore
const CUSTOMERS: Words = [
  "Kestrel", "Dunnock", "Fulmar", "Whimbrel", "Goldeneye", "Avocet", "Sandpiper", "Kittiwake", "Goshawk", "Lapwing",
  "Merganser", "Nuthatch", "Osprey", "Ptarmigan", "Redshank", "Siskin", "Turnstone", "Wheatear", "Yellowhammer", "Bittern",
];
// prettier-ignore
const PLACES: Words = [
  "Tarnbeck", "Aldermouth", "Brindlecote", "Caxholme", "Drumvarra", "Eavesbury", "Fenwardine", "Garthmoor", "Hexbourne",
  "Inverlaggan", "Kelderby", "Lochmarra", "Mardlesea", "Norwharf", "Ormsgill", "Pellworth", "Quernside", "Rossdyke",
];

// Neither vowels nor look-alikes: a code is never a word.
const DIGITS = "23456789bcdfghjkmnpqrstvwxyz";
const STEPS: Readonly<Record<number, number>> = { 3: 13_567, 4: 379_877, 5: 10_636_593 };

/** A code of 3, 4 or 5 characters, another one for every number below 28 to that power; `start` is any number. */
export function codeOf(value: number, length: 3 | 4 | 5, start: number): string {
  const size = DIGITS.length ** length;
  let rest = ((value % size) * (STEPS[length] ?? 1) + start) % size;
  let text = "";
  for (let i = 0; i < length; i++) {
    text += DIGITS.charAt(rest % DIGITS.length);
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}

function wordOf(words: Words, value: number): string {
  return words[value % words.length] ?? words[0];
}

/** `Kestrel-Q7F3`: another one for each customer. */
export function customerName(seed: number, index: number): string {
  return `${wordOf(CUSTOMERS, mixAll(seed, index))}-${codeOf(index, 4, mixAll(seed, 4)).toUpperCase()}`;
}

/** `Tarnbeck-7QK2`: a site or another node, of its own name within a customer. */
export function placeName(seed: number, index: number, place: number): string {
  return `${wordOf(PLACES, mixAll(seed, index, place))}-${codeOf(index * 64 + place, 4, mixAll(seed, 64)).toUpperCase()}`;
}

export interface Person {
  /** `u7kq2xm4b`: three characters of the customer, five of the person. */
  userid: string;
  /** The five characters alone. */
  code: string;
  first: string;
  /** Often none. */
  middle: string;
  last: string;
  /** First and last name. */
  display: string;
  mail: string;
}

/** What the names of a customer's people have in common. */
export interface NameSpace {
  /** Three characters that the userids begin with. */
  prefix: string;
  /** Domain of the mail addresses. */
  domain: string;
  /** Where the codes of people start. */
  start: number;
}

/** Person number so and so of a customer. */
export function personOf(random: Random, names: NameSpace, number: number): Person {
  const code = codeOf(number, 5, names.start);
  const first = random.pick(FIRST);
  const last = random.pick(LAST);
  return {
    userid: `u${names.prefix}${code}`,
    code,
    first,
    middle: random.chance(1500) ? random.pick(FIRST) : "",
    last,
    display: `${first} ${last}`,
    mail: `${first.toLowerCase()}.${last.toLowerCase()}.${code}@${names.domain}`,
  };
}

/** What a directory number is for: its first digit. */
export const SERIES = { person: 2, spare: 3, pilot: 4, pickup: 5, analogue: 6, parked: 7 } as const;

/** A directory number of 8 digits. */
export function directoryNumber(series: number, number: number): string {
  return String(series * 10_000_000 + number);
}

/** `\+4402` and 11 digits, the backslash included, as VOSS keeps numbers. */
export function e164Number(area: "02" | "03" | "07", customer: number, number: number): string {
  return `\\+44${area}${padded((customer * 61 + 47_183) % 100_000, 5)}${padded(number % 1_000_000, 6)}`;
}

function padded(value: number, digits: number): string {
  return String(value).padStart(digits, "0");
}

const HEX2: readonly string[] = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));
const HEX3: readonly string[] = Array.from({ length: 4096 }, (_, i) => i.toString(16).padStart(3, "0"));
const LETTERS = "abcdefabcdefabcd";

/** Eight hexadecimal digits. */
function hex8(value: number): string {
  return value.toString(16).padStart(8, "0");
}

/** 12 hexadecimal digits in capitals, another one for each of a customer's 16 million devices. */
export function macAddress(customer: number, number: number): string {
  const low = (Math.imul(number, 0x9e3779b1) ^ 0xa5c3f1) & 0xffffff;
  return (hex8(mix(customer + 0x5bd1)).slice(2) + hex8(low).slice(2)).toUpperCase();
}

/**
 * The pkids of one owner: 24 hexadecimal digits of seed, owner and counter, all different. Every
 * sixth digit is a letter, so that no number of the system can stand in a pkid by chance.
 */
export class Pkids {
  readonly #prefix: string;
  readonly #key: number;
  #counter = 0;

  constructor(seed: number, owner: number) {
    const hex = hex8(mixAll(seed)).slice(0, 4) + hex8(mix(owner ^ mixAll(seed, 1)));
    this.#key = mixAll(seed, owner);
    const letter = LETTERS.charAt(this.#key & 15);
    this.#prefix = `${hex.slice(0, 5)}${letter}${hex.slice(5, 10)}${LETTERS.charAt(this.#key >>> 28)}${hex.slice(10)}`;
  }

  next(): string {
    const value = mix(this.#key + this.#counter++);
    const letters = value & 15;
    return (
      this.#prefix +
      HEX3[value >>> 20] +
      LETTERS.charAt(letters) +
      HEX3[(value >>> 8) & 0xfff] +
      HEX2[value & 0xff] +
      LETTERS.charAt(15 - letters)
    );
  }
}
