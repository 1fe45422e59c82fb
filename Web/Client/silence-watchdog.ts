import { Alarm } from './alarm.js';
import type { Environment } from './environment.js';

/** Calls out once when nobody has fed it for `timeout` ms of the monotonic clock. Feeding costs no timer. */
export class SilenceWatchdog {
  readonly #alarm: Alarm;
  #lastFed = 0;

  constructor(
    private readonly clock: Pick<Environment, 'now' | 'setTimeout' | 'clearTimeout'>,
    private readonly timeout: number,
    private readonly onSilence: () => void,
  ) {
    this.#alarm = new Alarm(clock);
  }

  start(): void {
    this.feed();
    this.#arm(this.timeout);
  }

  feed(): void {
    this.#lastFed = this.clock.now();
  }

  stop(): void {
    this.#alarm.clear();
  }

  #arm(delay: number): void {
    this.#alarm.set(delay, () => {
      const left = this.timeout - (this.clock.now() - this.#lastFed);
      if (left > 0) this.#arm(left);
      else this.onSilence();
    });
  }
}
