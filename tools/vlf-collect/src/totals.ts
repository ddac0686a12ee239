/**
 * Whether all pages of a list came. An answer says how many there are in all (`pagination.total`), where
 * it begins (`skip`), but not which hierarchy was asked; several lists of one model may be in an input,
 * each with its own total. So pages are strung together: each one goes on where another ended.
 */

/** What one list answer says of itself. */
export interface Page {
  /** Model of its first resource; empty for a page without resources that names none. */
  readonly model: string;
  /** The input it was in. */
  readonly name: string;
  readonly skip: number;
  /** Resources in it. */
  readonly count: number;
  readonly total: number;
}

/** A list of which pages are missing. */
export interface Gap {
  readonly model: string;
  /** The input that holds its first page here. */
  readonly name: string;
  readonly held: number;
  readonly total: number;
}

interface Chain {
  readonly model: string;
  readonly name: string;
  held: number;
  total: number;
  end: number;
  isBroken: boolean;
}

/**
 * The lists that are incomplete, in the order of their models and places. A list is complete when its
 * pages go from 0 to its total without a hole. The total may change from page to page, as the system
 * lives on; the last page's counts. Pages that say total 0 do not know it (`count=false`) and are left out.
 */
export function findGaps(pages: readonly Page[]): Gap[] {
  const byModel = new Map<string, Page[]>();
  for (const page of pages) {
    // An empty page behind the last one is how a client finds the end.
    if (page.total === 0 || (page.count === 0 && page.skip >= page.total)) continue;
    const list = byModel.get(page.model);
    if (list === undefined) byModel.set(page.model, [page]);
    else list.push(page);
  }
  return [...byModel.values()].flatMap((list) => chainsOf(list).filter((chain) => !isComplete(chain)));
}

function chainsOf(pages: Page[]): Chain[] {
  const chains: Chain[] = [];
  for (const page of pages.sort((a, b) => a.skip - b.skip)) {
    const best = page.skip === 0 ? undefined : bestChain(chains, page);
    if (best === undefined) {
      const { model, name, count, total, skip } = page;
      chains.push({ model, name, held: count, total, end: skip + count, isBroken: skip > 0 });
    } else {
      best.isBroken ||= best.end !== page.skip;
      best.held += page.count;
      best.end = page.skip + page.count;
      best.total = page.total;
    }
  }
  return chains;
}

/** The list that a page goes on with: one that lacks it first, then one with the same total. */
function bestChain(chains: readonly Chain[], page: Page): Chain | undefined {
  let best: Chain | undefined;
  let bestRank = 0;
  for (const chain of chains) {
    const same = chain.total === page.total;
    const open = chain.end < chain.total;
    let rank = 0;
    if (chain.end === page.skip) rank = open && same ? 4 : open ? 3 : 2;
    else if (chain.end < page.skip && open && same) rank = 1;
    if (rank > bestRank) [best, bestRank] = [chain, rank];
  }
  return best;
}

function isComplete(chain: Chain): boolean {
  return !chain.isBroken && chain.end >= chain.total;
}
