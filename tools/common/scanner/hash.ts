/** The golden ratio as a fraction of 2^64: spreads what it is multiplied with. */
const SPREAD: u64 = 0x9e3779b97f4a7c15;

/** The first eight bytes from here; zeros where fewer are left, 1 at least. */
export function wordAt(at: usize, left: usize): u64 {
  const word = load<u64>(at);
  return left < 8 ? word & (((<u64>1) << (<u64>left * 8)) - 1) : word;
}

/** Takes eight bytes more into the number of a text, which begins as its length. */
export function mixed(hash: u64, word: u64): u64 {
  const spread = (hash ^ word) * SPREAD;
  return spread ^ (spread >> 32);
}
