import type { SSEEvent } from './contracts.js';
import type { Environment } from './environment.js';
import { eventNames, parseEvent, requestedEventNames } from './event-parser.js';
import { StreamImpossibleError } from './request-limits.js';
import { StreamRefusedError, type StreamHandlers } from './stream-source.js';

const closed = 2;

/**
 * Opens a stream by the browser's EventSource, and returns what closes it. EventSource tells nothing of an answer that is no stream,
 * neither status nor `Retry-After`: a StreamRefusedError, about `ids`, leaves the question open.
 */
export function openEventSource(
  { createEventSource, console }: Pick<Environment, 'createEventSource' | 'console'>,
  url: string,
  ids: readonly string[],
  handlers: Omit<StreamHandlers, 'interrupted'>,
): () => void {
  if (!createEventSource) throw new StreamImpossibleError('This browser has no EventSource.');
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
    // A page that is left has its open streams closed before it hears of it: that is nobody's refusal.
    if (isOpen) return new Error('The stream was interrupted.');
    // A redirect to another site looks like a broken connection.
    return source.readyState === closed ? new StreamRefusedError(ids, 'The server refused the stream.') : new StreamRefusedError(ids);
  };

  source.onopen = () => {
    isOpen = true;
    if (!over) handlers.opened();
  };
  for (const name of [...eventNames, ...requestedEventNames]) {
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
  return close;
}
