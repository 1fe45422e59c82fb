const fallback = 48;

/** How high rows are, in pixels: measured where they have been drawn, reckoned where not. */
export class RowHeights<Row extends object> {
  #measured = new WeakMap<Row, number>();
  readonly #estimates = new Map<unknown, number>();
  #rows: readonly Row[] = [];
  #offsets: Float64Array | undefined;

  /** Rows of one kind are usually equally high. */
  constructor(private readonly kindOf: (row: Row) => unknown) {}

  /** Takes note of heights as they are. What is reckoned from the first of a kind stays, so that what is far away does not shake. */
  learn(heights: ReadonlyMap<Row, number>): void {
    const sums = new Map<unknown, { total: number; count: number }>();
    for (const [row, height] of heights) {
      if (Math.abs((this.#reckoned(row) ?? 0) - height) > 0.01) {
        this.#measured.set(row, height);
        this.#offsets = undefined;
      }
      const kind = this.kindOf(row);
      const sum = sums.get(kind) ?? { total: 0, count: 0 };
      sums.set(kind, { total: sum.total + height, count: sum.count + 1 });
    }
    for (const [kind, { total, count }] of sums) if (!this.#estimates.has(kind)) this.#estimates.set(kind, total / count);
  }

  /** Nothing is known any more: the page has another width, say. */
  forget(): void {
    this.#measured = new WeakMap();
    this.#estimates.clear();
    this.#offsets = undefined;
  }

  /** Where each row begins if these stand below one another; one more number says where the last one ends. */
  offsets(rows: readonly Row[]): Float64Array {
    if (this.#offsets && this.#rows === rows) return this.#offsets;
    const offsets = new Float64Array(rows.length + 1);
    const [any = fallback] = this.#estimates.values();
    rows.forEach((row, index) => {
      offsets[index + 1] = offsets[index]! + (this.#reckoned(row) ?? any);
    });
    this.#rows = rows;
    return this.#offsets = offsets;
  }

  #reckoned(row: Row): number | undefined {
    return this.#measured.get(row) ?? this.#estimates.get(this.kindOf(row));
  }
}
