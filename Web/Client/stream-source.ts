import type { SSEEvent } from './contracts.js';
import { eventNames, parseEvent } from './event-parser.js';
import type { Environment } from './environment.js';
import { checkList, StreamImpossibleError, type RequestLimits } from './request-limits.js';

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

/** A stream could not be opened. Why, a poll can tell: an EventSource hides it. */
export class StreamRefusedError extends Error {
  override readonly name = 'StreamRefusedError';

  /** `ids` are the pipelines that the stream was to be for, of all tabs that would share it. */
  constructor(readonly ids: readonly string[], message = 'The stream could not be opened.') {
    super(message);
  }
}

/** The address that asks for these. Ids are pipeline ids by the contract's rule, which need no escaping. */
export function streamUrl(endpoint: string, ids: readonly string[], lastEventId?: string): string {
  const separator = endpoint.includes('?') ? '&' : '?';
  const since = lastEventId ? `&lastEventId=${encodeURIComponent(lastEventId)}` : '';
  return `${endpoint}${separator}pipelineIds=${ids.join()}${since}`;
}

const closed = 2;

/**
 * A stream of its own for this tab, by the browser's EventSource, which tells nothing of an answer that is no stream, neither
 * status nor `Retry-After`: a StreamRefusedError leaves the question open.
 */
export class EventSourceStream implements StreamSource {
  constructor(
    private readonly environment: Pick<Environment, 'createEventSource' | 'console'>,
    private readonly limits: RequestLimits,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    const { createEventSource, console } = this.environment;
    if (!createEventSource) throw new StreamImpossibleError('This browser has no EventSource.');
    checkList(this.limits, ids);
    const url = streamUrl(this.limits.endpoint, ids, lastEventId);
    console.log(`[SSE Manager] Connecting to ${url}`);
    const source = createEventSource(url);
    let [isOpen, over] = [false, false];
    const close = (): void => {
      over = true;
      source.close();
    };
    const fail = (error: Error): void => {
      // Left open, the browser would try again by itself, with neither backoff nor end.
      close();
      handlers.failed(error);
    };

    const broken = (): Error => {
      if (source.readyState === closed) return new StreamRefusedError(ids, 'The server refused the stream.');
      // A redirect to another site looks like a broken connection.
      return isOpen ? new Error('The stream was interrupted.') : new StreamRefusedError(ids);
    };

    source.onopen = () => {
      isOpen = true;
      if (!over) handlers.opened();
    };
    for (const name of eventNames) {
      source.addEventListener(name, message => {
        if (over) return;
        // EventSource tells of a broken connection by an event of the name `error` too; only the server's has data.
        const { data, lastEventId: id } = message as MessageEvent<unknown>;
        if (typeof data !== 'string') {
          if (name === 'error') fail(broken());
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
