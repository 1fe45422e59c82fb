/**
 * The fewest rows that have to move so that those of `present` stand in the order of `wanted`, which has all of them.
 * The pinned one stays: the others move around it.
 */
export function rowsToMove<Row>(present: readonly Row[], wanted: readonly Row[], pinned?: Row): ReadonlySet<Row> {
  const places = new Map(wanted.map((row, place) => [row, place]));
  const placeOf = (row: Row): number => places.get(row) ?? -1;
  const pin = pinned === undefined ? -1 : present.indexOf(pinned);
  const pinnedPlace = pin < 0 ? -1 : placeOf(present[pin]!);
  const mayStay = pin < 0 ? present : present.filter((row, index) =>
    index === pin || (index < pin ? placeOf(row) < pinnedPlace : placeOf(row) > pinnedPlace));
  const staying = new Set(longestRise(mayStay, placeOf));
  return new Set(present.filter(row => !staying.has(row)));
}

/** How many rows would appear, vanish or move if those of `shown` became those of `wanted`. */
export function countDifferences<Row>(shown: readonly Row[], wanted: readonly Row[]): number {
  if (shown === wanted) return 0;
  // Long lists usually differ in a few places.
  const fewer = Math.min(shown.length, wanted.length);
  let head = 0;
  while (head < fewer && shown[head] === wanted[head]) head++;
  let tail = 0;
  while (tail < fewer - head && shown[shown.length - 1 - tail] === wanted[wanted.length - 1 - tail]) tail++;
  return differences(shown.slice(head, shown.length - tail), wanted.slice(head, wanted.length - tail));
}

function differences<Row>(shown: readonly Row[], wanted: readonly Row[]): number {
  const now = new Set(shown);
  const then = new Set(wanted);
  const staying = shown.filter(row => then.has(row));
  const moved = rowsToMove(staying, wanted.filter(row => now.has(row))).size;
  return moved + (shown.length - staying.length) + (wanted.length - staying.length);
}

/** The longest part of the rows, in their order, whose places rise. */
function longestRise<Row>(rows: readonly Row[], placeOf: (row: Row) => number): Row[] {
  const places = rows.map(placeOf);
  /** For each length of a rise: the index at which the lowest of them ends. */
  const ends: number[] = [];
  const before: Array<number | undefined> = [];
  places.forEach((place, index) => {
    let low = 0;
    for (let high = ends.length; low < high;) {
      const middle = (low + high) >> 1;
      if (places[ends[middle]!]! < place) low = middle + 1;
      else high = middle;
    }
    before[index] = ends[low - 1];
    ends[low] = index;
  });
  const rise: Row[] = [];
  for (let index = ends.at(-1); index !== undefined; index = before[index]) rise.push(rows[index]!);
  return rise.reverse();
}
