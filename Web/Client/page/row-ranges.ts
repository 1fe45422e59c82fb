/** Some rows that follow one another, by their places; `to` is the place after the last one. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The rows that touch the space from `top` to `bottom`, measured from the first row's beginning. */
export function rangeAt(offsets: Float64Array, top: number, bottom: number): RowRange {
  const count = offsets.length - 1;
  if (count <= 0) return { from: 0, to: 0 };
  const from = Math.min(placeAt(offsets, top), count - 1);
  return { from, to: Math.max(from + 1, Math.min(count, placeAt(offsets, bottom) + 1)) };
}

/** The range, and the pinned rows outside it with their neighbours, so that Tab finds its way on: in order, none touching another. */
export function withPinned(range: RowRange, pinned: readonly number[], count: number): readonly RowRange[] {
  const ranges = [range, ...pinned.map(place => ({ from: Math.max(0, place - 1), to: Math.min(count, place + 2) }))]
    .filter(({ from, to }) => from < to)
    .sort((left, right) => left.from - right.from);
  const joined: RowRange[] = [];
  for (const next of ranges) {
    const last = joined.at(-1);
    if (last && next.from <= last.to) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, next.to) };
    else joined.push(next);
  }
  return joined;
}

/** Whether one of the ranges has all of it. */
export function covers(ranges: readonly RowRange[], { from, to }: RowRange): boolean {
  return ranges.some(range => range.from <= from && range.to >= to);
}

/** Whether one of the ranges has some of it. */
export function touches(ranges: readonly RowRange[], { from, to }: RowRange): boolean {
  return ranges.some(range => range.from < to && range.to > from);
}

/** What of `wanted` is drawn next: what is `seen`, what is there beside it, and around that so many rows more that `atOnce` are new. */
export function nextRange(drawn: readonly RowRange[], seen: RowRange, wanted: RowRange, atOnce: number): RowRange {
  const there = drawn.find(range => touches([range], seen)) ?? seen;
  const from = Math.max(Math.min(there.from, seen.from), Math.min(wanted.from, seen.from));
  const to = Math.min(Math.max(there.to, seen.to), Math.max(wanted.to, seen.to));
  const missing = there === seen ? seen.to - seen.from : Math.max(0, there.from - seen.from) + Math.max(0, seen.to - there.to);
  const [above, below] = [Math.max(0, from - wanted.from), Math.max(0, wanted.to - to)];
  const room = Math.max(0, atOnce - missing);
  const down = Math.min(below, Math.max(Math.ceil(room / 2), room - above));
  return { from: from - Math.min(above, room - down), to: to + down };
}

/** The place of the row at this height; the first or the last one beyond them. */
function placeAt(offsets: Float64Array, height: number): number {
  let low = 0;
  for (let high = offsets.length - 1; low < high;) {
    const middle = (low + high + 1) >> 1;
    if (offsets[middle]! <= height) low = middle;
    else high = middle - 1;
  }
  return low;
}
