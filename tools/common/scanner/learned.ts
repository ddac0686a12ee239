/** What is learned from lines: models, and the keys of their instances. */
import { isAt } from "./grammar";

/** Lists of models, at the beginning of the arena; models and keys stand behind them, one behind the other. */
const LISTS: u32 = 256;
let lists: usize = 0;
let arena: usize = 0;
let arenaEnd: usize = 0;
let models: u32 = 0;

/** Begins anew, between two places. */
export function learnBetween(from: usize, to: usize): void {
  lists = from;
  arena = from + 4 * LISTS;
  arenaEnd = to;
  models = 0;
  memory.fill(lists, 0, 4 * LISTS);
}

/** Room for so many bytes, with 16 to read behind them; 0 when there is none left. */
function allocate(bytes: usize): usize {
  const at = arena;
  const end = at + ((bytes + 31) & ~15);
  if (end > arenaEnd) return 0;
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
  return lists + ((<usize>(((load<u32>(end - 4) * 31) ^ <u32>length) & (LISTS - 1))) << 2);
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

/** The key of a model that stands here, most often that which came behind the last one before; 0 when none is known. */
export function findKey(at: usize, last: usize): usize {
  if (last == 0) return 0;
  let key = last;
  do {
    key = changetype<Key>(key).next;
    if (changetype<Key>(key).isAt(at)) return key;
  } while (key != last);
  return 0;
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
