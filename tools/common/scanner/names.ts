/** Texts that come again: the caller is told them once. */
import { isAt } from "./grammar";
import { mixed, wordAt } from "./hash";
import { KIND_BITS, KNOWN_NAME, NAMES, NAMES_END, NEW_NAME } from "./memory";

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
const BEYOND_ASCII: u64 = 0x8080808080808080;

/** What a text is: a name, known or new, or the kind that is given for one that is long or not ASCII. */
export function nameKind(start: usize, length: usize, other: u32): u32 {
  if (length > LONGEST) return other;
  let hash: u64 = length;
  let bits: u64 = 0;
  for (let done: usize = 0; done < length; done += 8) {
    const word = wordAt(start + done, length - done);
    bits |= word;
    hash = mixed(hash, word);
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
