import { eventNames } from './event-parser.js';
import type { Environment, EventSourceLike } from './environment.js';

export interface StreamHandlers {
  opened(): void;
  /** A named event of the server, `error` events included. */
  event(name: string, data: string, lastEventId: string): void;
  /** The stream is being replaced without this client's doing: a complete batch follows, or a failure. */
  interrupted(): void;
  /** The connection is gone, for good when `final`. Never called for an `error` event that the server sent. */
  failed(reason: string, final?: boolean): void;
}

export interface OpenStream {
  /** Ends the stream; none of its handlers is called afterwards. */
  close(): void;
}

/** Where events come from. The connection owns all retrying: a source reports a failure once and is done. */
export interface StreamSource {
  /** Throws (a StreamImpossibleError, say) when trying again would be of no use. */
  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream;
}

/** No stream can be had, now or later: the list is too long for a request, or the browser has no EventSource. */
export class StreamImpossibleError extends Error {
  override readonly name = 'StreamImpossibleError';
}

/** Servers accept a request line of 128 KB; a little is left for the method, the origin and the version. */
export const maxRequestLength = 128 * 1024 - 512;

export function streamUrl(endpoint: string, ids: readonly string[], lastEventId?: string): string {
  const separator = endpoint.includes('?') ? '&' : '?';
  const since = lastEventId ? `&lastEventId=${encodeURIComponent(lastEventId)}` : '';
  return `${endpoint}${separator}pipelineIds=${ids.map(encodeURIComponent).join(',')}${since}`;
}

const closed = 2;

/** A stream of its own for this tab, by the browser's EventSource. */
export class EventSourceStream implements StreamSource {
  constructor(
    private readonly environment: Pick<Environment, 'createEventSource' | 'console'>,
    private readonly endpoint: string,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    const { createEventSource, console } = this.environment;
    if (!createEventSource) throw new StreamImpossibleError('This browser has no EventSource.');
    const url = streamUrl(this.endpoint, ids, lastEventId);
    if (url.length > maxRequestLength) {
      throw new StreamImpossibleError(`${ids.length} pipelines are too many for one stream: their list does not fit a request.`);
    }

    console.log(`[SSE Manager] Connecting to ${url}`);
    const source = createEventSource(url);
    let over = false;
    const close = (): void => {
      over = true;
      source.close();
    };

    source.onopen = () => {
      if (!over) handlers.opened();
    };
    for (const name of eventNames) {
      source.addEventListener(name, event => {
        if (over) return;
        // EventSource tells of a broken connection by an event of the name `error` too; only the server's has data.
        const { data, lastEventId: id } = event as MessageEvent<unknown>;
        if (typeof data === 'string') {
          handlers.event(name, data, id ?? '');
        } else if (name === 'error') {
          const reason = describe(source);
          // The browser would try again by itself, with neither backoff nor end.
          close();
          handlers.failed(reason);
        }
      });
    }
    return { close };
  }
}

function describe(source: EventSourceLike): string {
  return source.readyState === closed ? 'The server refused the stream.' : 'The stream was interrupted.';
}
