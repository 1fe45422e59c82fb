import { Alarm } from './alarm.js';
import type { ResolvedConfig } from './config.js';
import type { SSEBatchUpdateEvent } from './contracts.js';
import type { Environment, ResponseLike } from './environment.js';
import { readEvent } from './event-parser.js';
import { maxJitter } from './reconnect-policy.js';
import { fitting, streamUrl } from './stream-source.js';

export interface PollSink {
  /** One answer: it names every pipeline whose status is known. */
  polled(batch: SSEBatchUpdateEvent): void;
  /** A poll failed, or has been unanswered for so long that nobody vouches for the statuses any more. */
  doubtful(problem: string): void;
}

/** The answer to a poll was not 200. */
export class PollError extends Error {
  override readonly name = 'PollError';
  constructor(message: string, readonly status: number, readonly retryAfter: number) {
    super(message);
  }
}

const requestTimeout = 10_000;
const longestRetryAfter = 3_600_000;

/** Asks for all watched pipelines in one request (in as few as it takes), again and again; never two at a time. */
export class PollingSource {
  #ids: readonly string[] = [];
  #run: AbortController | undefined;
  readonly #next: Alarm;
  #failures = 0;

  constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
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
      this.sink.doubtful(error instanceof PollError ? error.message : 'The server could not be reached.');
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
      () => this.sink.doubtful('The server takes long to answer.'), 2 * this.config.pollInterval);
    const tooLate = this.environment.setTimeout(abort, Math.max(requestTimeout, 2 * this.config.pollInterval));
    try {
      const parts: SSEBatchUpdateEvent[] = [];
      for (let rest = this.#ids; rest.length > 0;) {
        const count = fitting(this.config, rest);
        parts.push(await this.#askPart(rest.slice(0, count), request.signal));
        rest = rest.slice(count);
      }
      return { type: 'batch_update', timestamp: parts[0]?.timestamp ?? 0, updates: parts.flatMap(part => part.updates) };
    } finally {
      run.signal.removeEventListener('abort', abort);
      this.environment.clearTimeout(late);
      this.environment.clearTimeout(tooLate);
    }
  }

  async #askPart(ids: readonly string[], signal: AbortSignal): Promise<SSEBatchUpdateEvent> {
    const url = streamUrl(pollEndpoint(this.config.endpoint), ids);
    const response = await this.environment.fetch(url, { signal, headers: { Accept: 'application/json' } });
    if (!response.ok) throw await this.#refusal(response);
    return readEvent('batch_update', await response.json()) as SSEBatchUpdateEvent;
  }

  async #refusal(response: ResponseLike): Promise<PollError> {
    const problem = await response.json().catch(() => undefined) as { detail?: unknown; title?: unknown } | undefined;
    const words = [problem?.detail, problem?.title].find(word => typeof word === 'string');
    const retryAfter = this.#retryAfter(response.headers.get('Retry-After'));
    return new PollError(words ? String(words) : `The server answered ${response.status}.`, response.status, retryAfter);
  }

  #retryAfter(header: string | null): number {
    if (!header) return 0;
    const delay = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - this.environment.wallClock();
    return Number.isFinite(delay) ? Math.min(Math.max(delay, 0), longestRetryAfter) : 0;
  }
}

/** The batched poll is the stream's address without its last segment. */
export function pollEndpoint(streamEndpoint: string): string {
  return streamEndpoint.replace(/\/stream(?=$|\?)/, '');
}
