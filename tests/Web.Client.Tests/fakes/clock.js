/** Time that moves only when told to. Timers fire in order; promises get their turn after each. */
export class FakeClock {
  time = 1000;
  wallOffset = 1_764_000_000_000;
  #timers = new Map();
  #next = 1;

  now = () => this.time;
  wallClock = () => this.time + this.wallOffset;

  setTimeout = (callback, delay) => {
    const id = this.#next++;
    this.#timers.set(id, { id, at: this.time + delay, callback });
    return id;
  };

  clearTimeout = id => void this.#timers.delete(id);

  get pending() {
    return this.#timers.size;
  }

  /** Of timers for the same time the one that was set first. */
  #earliest() {
    let earliest;
    for (const timer of this.#timers.values()) if (!earliest || timer.at < earliest.at) earliest = timer;
    return earliest;
  }

  async advance(milliseconds) {
    const end = this.time + milliseconds;
    await settle();
    for (;;) {
      const due = this.#earliest();
      if (!due || due.at > end) break;
      this.#timers.delete(due.id);
      this.time = Math.max(this.time, due.at);
      due.callback();
      await settle();
    }
    this.time = end;
  }
}

/** Lets everything that waits for a promise have its turn. */
export async function settle() {
  for (let turn = 0; turn < 12; turn++) await Promise.resolve();
}
