import type { Environment } from './environment.js';

/** A timer that is set, moved and cleared, and rings once. */
export class Alarm {
  #handle: unknown;

  constructor(private readonly clock: Pick<Environment, 'setTimeout' | 'clearTimeout'>) {}

  get isSet(): boolean {
    return this.#handle !== undefined;
  }

  /** Rings after `delay` ms, and not when it was to before. */
  set(delay: number, ring: () => void): void {
    this.clear();
    this.#handle = this.clock.setTimeout(() => {
      this.#handle = undefined;
      ring();
    }, delay);
  }

  clear(): void {
    this.clock.clearTimeout(this.#handle);
    this.#handle = undefined;
  }
}
