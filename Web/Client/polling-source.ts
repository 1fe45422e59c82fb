import { Alarm } from './alarm.js';
import type { ResolvedConfig } from './config.js';
import type { SSEBatchUpdateEvent } from './contracts.js';
import type { Environment } from './environment.js';
import { PollError, unreachable, type PollRequest } from './poll-request.js';
import { maxJitter } from './reconnect-policy.js';

export interface PollSink {
  /** One answer: it names every pipeline whose status is known. */
  polled(batch: SSEBatchUpdateEvent): void;
  /** A poll failed (a PollError when there was an answer), or has been unanswered for so long that nobody vouches for the statuses. */
  doubtful(error: Error): void;
}

const requestTimeout = 10_000;

/** Asks for all watched pipelines in one request (in as few as it takes), again and again; never two at a time. */
export class PollingSource {
  #ids: readonly string[] = [];
  #run: AbortController | undefined;
  readonly #next: Alarm;
  #failures = 0;

  constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
    private readonly request: PollRequest,
    private readonly sink: PollSink,
  ) {
    this.#next = new Alarm(environment);
  }

  /** Polls these from now on, the first time at once; an empty list stops it. */
  poll(ids: readonly string[]): void {
    this.stop();
    this.#ids = ids;
    if (ids.length === 0) return;
    this.#run = new AbortController();
    void this.#round(this.#run);
  }

  /** An answer still on its way is thrown away. */
  stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#next.clear();
    this.#failures = 0;
  }

  async #round(run: AbortController): Promise<void> {
    const { random } = this.environment;
    let floor = 0;
    try {
      const batch = await this.#ask(run);
      if (this.#run !== run) return;
      this.#failures = 0;
      this.sink.polled(batch);
    } catch (error) {
      if (this.#run !== run) return;
      this.#failures++;
      floor = error instanceof PollError ? error.retryAfter : 0;
      this.sink.doubtful(error instanceof PollError ? error : new Error(unreachable));
    }
    // A listener may have stopped or restarted the polling.
    if (this.#run !== run) return;
    const { pollInterval, maxReconnectDelay } = this.config;
    const backoff = Math.min(pollInterval * 2 ** this.#failures, Math.max(maxReconnectDelay, pollInterval));
    const delay = Math.max(backoff, floor) * (1 + maxJitter * random());
    this.#next.set(delay, () => void this.#round(run));
  }

  async #ask(run: AbortController): Promise<SSEBatchUpdateEvent> {
    const request = new AbortController();
    const abort = (): void => request.abort();
    run.signal.addEventListener('abort', abort);
    const late = this.environment.setTimeout(
      () => this.sink.doubtful(new Error('The server takes long to answer.')), 2 * this.config.pollInterval);
    const tooLate = this.environment.setTimeout(abort, Math.max(requestTimeout, 2 * this.config.pollInterval));
    try {
      return await this.request.ask(this.#ids, request.signal);
    } finally {
      run.signal.removeEventListener('abort', abort);
      this.environment.clearTimeout(late);
      this.environment.clearTimeout(tooLate);
    }
  }
}
