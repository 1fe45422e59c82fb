import { Alarm } from './alarm.js';
import type { Environment } from './environment.js';
import { PollError, type PollRequest } from './poll-request.js';

/** What one look at the server told: nothing when it answered with statuses, a PollError for another answer. */
export type LookResult = 'answered' | 'unreachable' | PollError;

/** How long the server may take to answer a look, in milliseconds. */
export const lookTimeout = 2000;

/** Asks the server once, to learn what a browser or a stream does not say. One at a time: a new look takes the place of another. */
export class ServerLook {
  readonly #deadline: Alarm;
  #asking: AbortController | undefined;

  constructor(environment: Environment, private readonly request: PollRequest) {
    this.#deadline = new Alarm(environment);
  }

  /** Calls back unless it is cancelled. Asks after `delay` ms. */
  look(ids: readonly string[], told: (result: LookResult) => void, delay = 0): void {
    this.cancel();
    if (delay > 0) {
      this.#deadline.set(delay, () => this.look(ids, told));
      return;
    }
    const asking = this.#asking = new AbortController();
    this.#deadline.set(lookTimeout, () => asking.abort());
    const tell = (result: LookResult): void => {
      if (this.#asking !== asking) return;
      this.cancel();
      told(result);
    };
    this.request.ask(ids, asking.signal).then(
      () => tell('answered'),
      (error: unknown) => tell(error instanceof PollError ? error : 'unreachable'));
  }

  cancel(): void {
    this.#deadline.clear();
    this.#asking?.abort();
    this.#asking = undefined;
  }
}
