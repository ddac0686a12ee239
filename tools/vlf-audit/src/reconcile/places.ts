/** Usage by cluster and by region: nothing is bought for these alone. */
import { byCodeUnit } from "@vlf/common/hierarchy";
import type { Position } from "@vlf/common/records";
import type { Book } from "./books.ts";
import type { FigurePart } from "./figures.ts";
import { dayText } from "./growth.ts";
import { daysOf, type Frame, placeOf, positionOf, sameDay, shownTypes, typesOfAll } from "./rows.ts";

/** A row for each cluster and type of a customer; none where no cluster is known. */
export function clusterPositions(book: Book, frame: Frame): Position[] {
  const names = placesOf(book, ({ cluster, region }) => JSON.stringify([region, cluster]));
  if (![...names.values()].flat().some(({ cluster }) => cluster !== "")) return [];
  return [...names]
    .toSorted(([a], [b]) => byCodeUnit(a, b))
    .flatMap(([, parts]) => {
      const { cluster = "", region = "" } = parts[0] ?? {};
      return shownTypes(book).map((type) => {
        const figure = book.figures?.byType.get(type);
        return positionOf(
          book.model,
          {
            ...placeOf("cluster", book),
            cluster,
            region,
            license_type: type,
            used: sumOf(parts.filter((part) => part.type === type)),
            status: "usage",
            ...(figure?.day === undefined ? {} : { used_on: dayText(figure.day) }),
            days: book.figures?.days.length ?? 0,
          },
          frame,
        );
      });
    });
}

/** A row for each region and type of a partner; none where no region is known. */
export function regionPositions(books: readonly Book[], frame: Frame): Position[] {
  const [first] = books;
  if (first === undefined) return [];
  const all = books.flatMap((book) => [...placesOf(book, ({ region }) => region)]);
  const regions = [...new Set(all.map(([region]) => region))].toSorted(byCodeUnit);
  if (regions.every((region) => region === "")) return [];
  return regions.flatMap((region) => {
    const parts = all.filter(([name]) => name === region).flatMap(([, some]) => some);
    return typesOfAll(books).map((type) =>
      positionOf(
        first.model,
        {
          ...placeOf("region", first),
          region,
          license_type: type,
          used: sumOf(parts.filter((part) => part.type === type)),
          status: "usage",
          ...sameDay(books.map((book) => book.figures?.byType.get(type)?.day)),
          days: daysOf(books),
        },
        frame,
      ),
    );
  });
}

interface TypedPart extends FigurePart {
  readonly type: string;
}

function placesOf(book: Book, keyOf: (part: FigurePart) => string): Map<string, TypedPart[]> {
  const places = new Map<string, TypedPart[]>();
  for (const [type, { parts }] of book.figures?.byType ?? []) {
    for (const part of parts) {
      const key = keyOf(part);
      places.set(key, [...(places.get(key) ?? []), { ...part, type }]);
    }
  }
  return places;
}

function sumOf(parts: readonly { readonly quantity: number }[]): number {
  return parts.reduce((sum, { quantity }) => sum + quantity, 0);
}
