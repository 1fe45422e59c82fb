const kept = 10_000;
const shortest = 2000;

/** How many changes are told a second, over the last ten. Times are milliseconds of one clock that never goes back. */
export class ChangeRate {
  readonly #told: number[] = [];

  /** @param since When counting began. */
  constructor(private readonly since: number) {}

  add(at: number): void {
    this.#told.push(at);
    this.#forget(at);
  }

  /** Undefined until there is enough of a second to speak of. */
  perSecond(now: number): number | undefined {
    this.#forget(now);
    const counted = Math.min(kept, now - this.since);
    return counted < shortest ? undefined : this.#told.length / (counted / 1000);
  }

  #forget(now: number): void {
    while (this.#told[0] !== undefined && now - this.#told[0] >= kept) this.#told.shift();
  }
}
