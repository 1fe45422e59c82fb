import type { ResolvedConfig } from './config.js';
import type { SSEEvent } from './contracts.js';
import { eventNames, parseEvent } from './event-parser.js';
import type { Environment, EventSourceLike } from './environment.js';

/** Who hears what a stream does. */
export interface StreamHandlers {
  /** The server has answered; events follow. */
  opened(): void;
  /** An event of the server, its `error` events included. */
  event(event: SSEEvent, lastEventId: string): void;
  /** The stream is being replaced without this client's doing: a complete batch follows, or a failure. */
  interrupted(): void;
  /** The connection is gone, for good when the error is a StreamImpossibleError. Not called for an `error` of the server. */
  failed(error: Error): void;
}

/** A stream that is open, or being opened. */
export interface OpenStream {
  /** Ends the stream; none of its handlers is called afterwards. */
  close(): void;
}

/** Where events come from. The connection owns all retrying: a source reports a failure once and is done. */
export interface StreamSource {
  /** Throws (a StreamImpossibleError, say) when trying again would be of no use. */
  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream;
}

/** No stream can be had for this list or in this browser, however often one tries. */
export class StreamImpossibleError extends Error {
  override readonly name: string = 'StreamImpossibleError';
}

/** More pipelines than one stream takes: more than `maxPipelines`, or than there is room for in a request. */
export class TooManyPipelinesError extends StreamImpossibleError {
  override readonly name = 'TooManyPipelinesError';

  /** `count` pipelines were asked for, by all tabs that would share the stream; the first `limit` of them would do. */
  constructor(readonly count: number, readonly limit: number) {
    super(`${count} pipelines are too many for one stream, which takes ${limit}.`);
  }
}

/** What of the client's settings concerns the request for a stream. */
export type StreamRequest = Pick<ResolvedConfig, 'endpoint' | 'maxPipelines'>;

/** Servers accept a request line of 128 KB; a little is left for the method, the last event's id and the version. */
const longestList = 127 * 1024;

/** How many of these pipelines, from the first one on, can be asked for in one request. */
export function fitting({ endpoint, maxPipelines }: StreamRequest, ids: readonly string[]): number {
  let length = endpoint.length;
  const misfit = ids.findIndex((id, index) => index >= maxPipelines || (length += id.length + 1) > longestList);
  return misfit < 0 ? ids.length : misfit;
}

/** Throws a TooManyPipelinesError unless one stream can carry all of these. */
export function checkList(request: StreamRequest, ids: readonly string[]): void {
  const limit = fitting(request, ids);
  if (limit < ids.length) throw new TooManyPipelinesError(ids.length, limit);
}

/** The address that asks for these. Ids are pipeline ids by the contract's rule, which need no escaping. */
export function streamUrl(endpoint: string, ids: readonly string[], lastEventId?: string): string {
  const separator = endpoint.includes('?') ? '&' : '?';
  const since = lastEventId ? `&lastEventId=${encodeURIComponent(lastEventId)}` : '';
  return `${endpoint}${separator}pipelineIds=${ids.join()}${since}`;
}

const closed = 2;

/**
 * A stream of its own for this tab, by the browser's EventSource. An EventSource tells nothing of an answer that is no
 * stream, neither status nor `Retry-After`; the reconnect policy's growing delays stand in for both.
 */
export class EventSourceStream implements StreamSource {
  constructor(
    private readonly environment: Pick<Environment, 'createEventSource' | 'console'>,
    private readonly request: StreamRequest,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    const { createEventSource, console } = this.environment;
    if (!createEventSource) throw new StreamImpossibleError('This browser has no EventSource.');
    checkList(this.request, ids);
    const url = streamUrl(this.request.endpoint, ids, lastEventId);
    console.log(`[SSE Manager] Connecting to ${url}`);
    const source = createEventSource(url);
    let over = false;
    const close = (): void => {
      over = true;
      source.close();
    };
    const fail = (error: Error): void => {
      // Left open, the browser would try again by itself, with neither backoff nor end.
      close();
      handlers.failed(error);
    };

    source.onopen = () => {
      if (!over) handlers.opened();
    };
    for (const name of eventNames) {
      source.addEventListener(name, message => {
        if (over) return;
        // EventSource tells of a broken connection by an event of the name `error` too; only the server's has data.
        const { data, lastEventId: id } = message as MessageEvent<unknown>;
        if (typeof data !== 'string') {
          if (name === 'error') fail(new Error(describe(source)));
          return;
        }
        let event: SSEEvent;
        try {
          event = parseEvent(name, data);
        } catch (error) {
          // A status that cannot be read is a status missed: only a new first batch makes up for it.
          if (name.endsWith('update')) {
            fail(error as Error);
            return;
          }
          console.warn(`[SSE Manager] ${(error as Error).message}`);
          // Whatever it was meant to be, it is a sign of life.
          event = { type: 'heartbeat', timestamp: 0 };
        }
        handlers.event(event, id ?? '');
      });
    }
    return { close };
  }
}

function describe(source: EventSourceLike): string {
  return source.readyState === closed ? 'The server refused the stream.' : 'The stream was interrupted.';
}
