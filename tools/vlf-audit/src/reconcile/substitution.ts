/**
 * Lending licenses: spare ones of a higher type stand in for a lower one. Within a list of types from low
 * to high whatever can stand in for a type can stand in for all below it as well; so serving the highest
 * need first leaves as few needs open as any other way, and those the lowest (the tests try all others).
 */

export type Amounts = Readonly<Record<string, number>>;

export interface Loan {
  readonly from: string;
  readonly to: string;
  readonly quantity: number;
}

/**
 * Who lends what to whom, after each type was served by its own licenses. The lender is the nearest higher
 * type that has some left, so that the highest licenses stay free.
 * @param chains types from low to high; a type that is in none neither lends nor borrows
 * @example loansOf([["enhanced_plus", "cuwl"]], { cuwl: 100 }, { cuwl: 10, enhanced_plus: 50 })
 *   // [{ from: "cuwl", to: "enhanced_plus", quantity: 50 }]
 */
export function loansOf(chains: readonly (readonly string[])[], owned: Amounts, needed: Amounts): Loan[] {
  const spare = (type: string): number => (owned[type] ?? 0) - (needed[type] ?? 0);
  const loans: Loan[] = [];
  for (const chain of chains) {
    const left = chain.map((type) => Math.max(0, spare(type)));
    for (const [to, type] of [...chain.entries()].toReversed()) {
      let missing = Math.max(0, -spare(type));
      for (let from = to + 1; from < chain.length && missing > 0; from += 1) {
        const quantity = Math.min(missing, left[from] ?? 0);
        if (quantity === 0) continue;
        left[from] = (left[from] ?? 0) - quantity;
        missing -= quantity;
        loans.push({ from: chain[from] ?? "", to: type, quantity });
      }
    }
  }
  return loans;
}

/** What the types below a pool that is held for several may take from it: its own type first, then higher ones. */
export function draw(
  chains: readonly (readonly string[])[],
  left: Map<string, number>,
  to: string,
  wanted: number,
): Loan[] {
  const chain = chains.find((types) => types.includes(to)) ?? [to];
  const loans: Loan[] = [];
  let missing = wanted;
  for (const from of chain.slice(chain.indexOf(to))) {
    const quantity = Math.min(missing, Math.max(0, left.get(from) ?? 0));
    if (quantity === 0) continue;
    left.set(from, (left.get(from) ?? 0) - quantity);
    missing -= quantity;
    loans.push({ from, to, quantity });
  }
  return loans;
}
