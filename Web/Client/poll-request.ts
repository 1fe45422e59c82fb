import type { SSEBatchUpdateEvent } from './contracts.js';
import type { Environment, ResponseLike } from './environment.js';
import { readEvent, StreamParseError } from './event-parser.js';
import type { RequestLimits } from './request-limits.js';
import { retryAfterOf } from './retry-after.js';
import { streamUrl } from './stream-source.js';

/** The server answered a poll, but not with statuses. */
export class PollError extends Error {
  override readonly name = 'PollError';

  /**
   * `status` is the status code, 0 for a redirect; `retryAfter` the least time until the next poll, in milliseconds.
   * `mayNeedSignIn` says that the answer was a web page, or led to another place, as that of a proxy that signs people in.
   */
  constructor(message: string, readonly status: number, readonly retryAfter = 0, readonly mayNeedSignIn = false) {
    super(message);
  }

  /** The server, or a proxy before it, wants to know who asks. */
  get isSignedOut(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

/** What is said of a server that gives no answer. */
export const unreachable = 'The server could not be reached.';

const signInWords = 'You may have to sign in again.';

/** Asks for the statuses of some pipelines, in as few requests as it takes. */
export class PollRequest {
  #trouble: string | undefined;

  constructor(private readonly environment: Environment, private readonly limits: RequestLimits) {}

  /** Throws a PollError for an answer without statuses, a TypeError or the signal's reason for none. */
  async ask(ids: readonly string[], signal: AbortSignal): Promise<SSEBatchUpdateEvent> {
    const parts: SSEBatchUpdateEvent[] = [];
    try {
      for (let rest = ids; rest.length > 0;) {
        const part = rest.slice(0, this.limits.fitting(rest));
        const answer = await this.#askPart(part, signal);
        if (!answer) continue;
        parts.push(answer);
        rest = rest.slice(part.length);
      }
    } catch (error) {
      if (!signal.aborted) this.#warn(error);
      throw error;
    }
    this.#trouble = undefined;
    return { type: 'batch_update', timestamp: parts[0]?.timestamp ?? 0, updates: parts.flatMap(part => part.updates) };
  }

  /** Each trouble is told once, until it is over. */
  #warn(error: unknown): void {
    const endpoint = pollEndpoint(this.limits.endpoint);
    const trouble = error instanceof PollError ? error.message : `${unreachable} Another origin has to allow this one (CORS).`;
    if (trouble !== this.#trouble) this.environment.console.warn(`[SSE Manager] No statuses from ${endpoint}: ${trouble}`);
    this.#trouble = trouble;
  }

  /** Undefined when the request was too long for somebody on the way, and a shorter one is to be made. */
  async #askPart(ids: readonly string[], signal: AbortSignal): Promise<SSEBatchUpdateEvent | undefined> {
    const url = streamUrl(pollEndpoint(this.limits.endpoint), ids);
    const response = await this.environment.fetch(url, { signal, headers: { Accept: 'application/json' } });
    if ((response.status === 414 || response.status === 431) && this.limits.shorten(ids)) return undefined;
    if (response.type === 'opaqueredirect') throw new PollError(`The server leads to another page. ${signInWords}`, 0, 0, true);
    if (!response.ok) throw await this.#refusal(response);
    if (/\bhtml\b/.test(response.headers.get('Content-Type') ?? '')) {
      throw new PollError(`The answer is a web page and no statuses. ${signInWords}`, response.status, 0, true);
    }
    try {
      return readEvent('batch_update', await response.json()) as SSEBatchUpdateEvent;
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof StreamParseError) {
        throw new PollError('The answer could not be understood: something else than the status service may have given it.', response.status);
      }
      throw error;
    }
  }

  async #refusal(response: ResponseLike): Promise<PollError> {
    const problem = await response.json().catch(() => undefined) as { detail?: unknown; title?: unknown } | undefined;
    const words = [problem?.detail, problem?.title].find(word => typeof word === 'string');
    const retryAfter = retryAfterOf(response, this.environment);
    return new PollError(words ? String(words) : `The server answered ${response.status}.`, response.status, retryAfter);
  }
}

/** The batched poll is the stream's address without its last segment. */
export function pollEndpoint(streamEndpoint: string): string {
  return streamEndpoint.replace(/\/stream(?=$|\?)/, '');
}
