import type { Environment } from './environment.js';

/** Calls out once when nobody has fed it for `timeout` ms of the monotonic clock. Feeding costs no timer. */
export class SilenceWatchdog {
  #timer: unknown;
  #lastFed = 0;

  constructor(
    private readonly environment: Pick<Environment, 'now' | 'setTimeout' | 'clearTimeout'>,
    private readonly timeout: number,
    private readonly onSilence: () => void,
  ) {}

  start(): void {
    this.stop();
    this.feed();
    this.#arm(this.timeout);
  }

  feed(): void {
    this.#lastFed = this.environment.now();
  }

  stop(): void {
    if (this.#timer !== undefined) this.environment.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(delay: number): void {
    this.#timer = this.environment.setTimeout(() => {
      this.#timer = undefined;
      const left = this.timeout - (this.environment.now() - this.#lastFed);
      if (left > 0) this.#arm(left);
      else this.onSilence();
    }, delay);
  }
}
