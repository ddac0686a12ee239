/** What the scanner learns as it goes: models, the keys of their instances, texts that come again. */
import { isAt } from "./grammar";
import { ARENA, ARENA_END, KIND_BITS, KNOWN_NAME, MODELS, NAMES, NAMES_END, NEW_NAME } from "./memory";

let arena: usize = ARENA;
let models: u32 = 0;

/** Room for so many bytes, with 16 to read behind them; 0 when there is none left. */
function allocate(bytes: usize): usize {
  const at = arena;
  const end = at + ((bytes + 31) & ~15);
  if (end > ARENA_END) return 0;
  arena = end;
  return at;
}

/** Its name stands behind it, with the quote that ends it. */
@unmanaged
export class Model {
  /** Of its list. */
  next: usize;
  /** Of its lines. */
  kind: u32;
  slots: u32;
  /** The last of its keys. */
  last: usize;
  number: u32;
  /** Of the name and the quote. */
  length: usize;

  isAt(at: usize): bool {
    return isAt(changetype<usize>(this) + offsetof<Model>(), this.length, at);
  }
}

/** Its name stands behind it, with quotes and colon. */
@unmanaged
export class Key {
  /** Of the ring of keys: that which came behind it. */
  next: usize;
  slot: i32;
  /** Of its value only the texts in it are wanted. */
  isList: bool;
  /** Of the name, the quotes and the colon. */
  length: usize;

  isAt(at: usize): bool {
    return isAt(changetype<usize>(this) + offsetof<Key>(), this.length, at);
  }
}

function listOf(end: usize, length: usize): usize {
  return MODELS + (((load<u32>(end - 4) * 31) ^ <u32>length) & 255) * 4;
}

/** The model with the name between two places; 0 when it is not known. */
export function findModel(start: usize, end: usize): usize {
  let model: usize = load<u32>(listOf(end, end - start));
  while (model != 0) {
    const known = changetype<Model>(model);
    if (known.length == end - start && known.isAt(start)) return model;
    model = known.next;
  }
  return 0;
}

/** Remembers a model; `false` when there is no room. */
export function learnModel(start: usize, end: usize, kind: u32, slots: u32): bool {
  const place = allocate(offsetof<Model>() + end - start);
  if (place == 0) return false;
  const list = listOf(end, end - start);
  const model = changetype<Model>(place);
  model.next = load<u32>(list);
  model.kind = kind;
  model.slots = slots;
  model.last = 0;
  model.number = models;
  model.length = end - start;
  memory.copy(place + offsetof<Model>(), start, end - start);
  store<u32>(list, place);
  models += 1;
  return true;
}

/** Remembers a key of a model, which came behind another (0: it is the first); `false` when there is no room. */
export function learnKey(
  start: usize,
  end: usize,
  slot: i32,
  isList: bool,
  owner: usize,
  before: usize,
): bool {
  const place = allocate(offsetof<Key>() + end - start);
  if (place == 0) return false;
  const model = changetype<Model>(owner);
  const key = changetype<Key>(place);
  key.slot = slot;
  key.isList = isList;
  key.length = end - start;
  memory.copy(place + offsetof<Key>(), start, end - start);
  if (before == 0) {
    key.next = place;
  } else {
    key.next = changetype<Key>(before).next;
    changetype<Key>(before).next = place;
  }
  if (before == model.last) model.last = place;
  return true;
}

/** A text that was met lately. Another one at the same place takes it. */
@unmanaged
class Name {
  hash: u32;
  /** One more than its bytes; 0 where there is none. */
  length: u32;
  /** The text begins here, behind eight bytes that are not used. */
  unused: u64;
}

const LONGEST: usize = 64;
const NAME_BYTES: usize = 80;
const COUNT: u32 = 8192;
/** The golden ratio as a fraction of 2^64: spreads what it is multiplied with. */
const SPREAD: u64 = 0x9e3779b97f4a7c15;
const BEYOND_ASCII: u64 = 0x8080808080808080;

/** What a text is: a name, known or new, or the kind that is given for one that is long or not ASCII. */
export function nameKind(start: usize, length: usize, other: u32): u32 {
  if (length > LONGEST) return other;
  let hash: u64 = length;
  let bits: u64 = 0;
  for (let done: usize = 0; done < length; done += 8) {
    let word = load<u64>(start + done);
    const left = length - done;
    if (left < 8) word &= ((<u64>1) << (<u64>left * 8)) - 1;
    bits |= word;
    hash = (hash ^ word) * SPREAD;
    hash ^= hash >> 32;
  }
  if ((bits & BEYOND_ASCII) != 0) return other;
  const index = <u32>(hash >> 20) & (COUNT - 1);
  const place = NAMES + <usize>index * NAME_BYTES;
  const name = changetype<Name>(place);
  const text = place + offsetof<Name>();
  if (name.hash == <u32>hash && name.length == <u32>length + 1) {
    if (length == 0 || isAt(text, length, start)) return KNOWN_NAME | (index << KIND_BITS);
  }
  name.hash = <u32>hash;
  name.length = <u32>length + 1;
  for (let copied: usize = 0; copied < length; copied += 16) {
    v128.store(text + copied, v128.load(start + copied));
  }
  return NEW_NAME | (index << KIND_BITS);
}

/** The caller has lost its names. */
export function forgetNames(): void {
  memory.fill(NAMES, 0, NAMES_END - NAMES);
}
