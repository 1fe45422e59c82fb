import { Alarm } from './alarm.js';
import type { Environment } from './environment.js';

const interval = 1000;

/**
 * Notices that the machine slept: its wall clock went on, its monotonic clock did not. Somebody who set the clock ahead looks the
 * same, so that a sleep is a reason to doubt, and none to reconnect.
 */
export class SleepDetector {
  readonly #alarm: Alarm;
  #difference = 0;

  /** Clocks that disagree by more than `tolerance` milliseconds tell of a sleep. */
  constructor(
    private readonly environment: Environment,
    private readonly tolerance: number,
    private readonly onSleep: () => void,
  ) {
    this.#alarm = new Alarm(environment);
  }

  start(): void {
    if (this.#alarm.isSet) return;
    this.#difference = this.#measure();
    this.#arm();
  }

  stop(): void {
    this.#alarm.clear();
  }

  /** To be called before anything is believed that may have come before a sleep. Returns whether there was one. */
  check(): boolean {
    if (!this.#alarm.isSet) return false;
    const before = this.#difference;
    this.#difference = this.#measure();
    if (this.#difference - before <= this.tolerance) return false;
    this.onSleep();
    return true;
  }

  #arm(): void {
    this.#alarm.set(interval, () => {
      this.#arm();
      this.check();
    });
  }

  #measure(): number {
    return this.environment.wallClock() - this.environment.now();
  }
}
