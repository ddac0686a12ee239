/**
 * Whether an instance may have come twice since some moment: a table of numbers made of pkids, asked when
 * a customer is counted, so that its pkids need to be compared only where two may be equal.
 */

/** When the table is full with more than these, no more are remembered: then any may have come twice. */
const MANY = 1 << 20;

export class Seen {
  /** Grows by one at each `forget()`: what was taken in another epoch is not known. */
  epoch = 0;
  /** Two since the last `forget()` may be equal. */
  mayRepeat = false;
  #count = 0;
  #table = new Int32Array(1 << 12);

  /** Takes an instance of a model, which is told by its number. */
  add(pkid: string, model: number): void {
    if (this.mayRepeat) return;
    if (this.#count * 2 >= this.#table.length) this.#grow();
    let hash = model + 1;
    for (let at = 0; at < pkid.length; at += 1) hash = Math.imul(hash, 31) + pkid.charCodeAt(at);
    hash ^= hash >>> 15;
    if (hash === 0 || !put(this.#table, hash)) this.mayRepeat = true;
    this.#count += 1;
  }

  forget(): void {
    this.epoch += 1;
    this.mayRepeat = false;
    if (this.#count > 0) this.#table.fill(0);
    this.#count = 0;
  }

  #grow(): void {
    if (this.#count >= MANY) {
      this.mayRepeat = true;
      return;
    }
    const larger = new Int32Array(this.#table.length * 4);
    for (const hash of this.#table) if (hash !== 0) put(larger, hash);
    this.#table = larger;
  }
}

/** Puts a number that is not 0 into a table that has room; `false` when it is there. */
function put(table: Int32Array, hash: number): boolean {
  const last = table.length - 1;
  let place = (Math.imul(hash, 0x9e3779b1) >>> 7) & last;
  for (let other = table[place]; other !== 0; other = table[place]) {
    if (other === hash) return false;
    place = (place + 1) & last;
  }
  table[place] = hash;
  return true;
}
