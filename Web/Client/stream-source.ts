import type { SSEEvent } from './contracts.js';

/** What a stream is to bring. */
export interface Wanted {
  /** The watched pipelines, no two alike. */
  readonly ids: readonly string[];
  /** Those of them that are on the screen; undefined when all count as such. */
  readonly visible: readonly string[] | undefined;
  /** Whether the stream is to tell when the backend's list is another. */
  readonly list: boolean;
  /** Whether the stream is to tell fields, too. */
  readonly fields?: boolean;
}

/** Who hears what a stream does. */
export interface StreamHandlers {
  /** The server has answered; events follow. */
  opened(): void;
  /**
   * An event of the server, its `error` events included. The first `batch_update` names all pipelines whose status is known,
   * but for those that are brought later: one with a `revision` names them. Batches are whole here, never `partial`.
   */
  event(event: SSEEvent, lastEventId: string): void;
  /** The stream is being replaced without this client's doing: a complete batch follows, or a failure. */
  interrupted(): void;
  /**
   * The connection is gone, for good when the error is a StreamImpossibleError, until somebody signs in when it is a SignedOutError.
   * Not called for an `error` of the server.
   */
  failed(error: Error): void;
}

/** A stream that is open, or being opened. */
export interface OpenStream {
  /** From now on it is to bring this. */
  update(wanted: Wanted): void;
  /** Ends the stream; none of its handlers is called afterwards. */
  close(): void;
}

/**
 * Where events come from. The connection owns all retrying: a source reports a failure once and is done. What has been told, and
 * up to which event, a source remembers from one stream to the next.
 */
export interface StreamSource {
  /** Throws (a StreamImpossibleError, say) when trying again would be of no use. */
  open(wanted: Wanted, handlers: StreamHandlers): OpenStream;
}

/** A stream could not be opened. Why, a poll can tell: an EventSource hides it. */
export class StreamRefusedError extends Error {
  override readonly name = 'StreamRefusedError';

  /**
   * `ids` are the pipelines that the stream's address named, of all tabs that would share it. `isOwn` is false where another tab
   * wanted to open it, and asks why.
   */
  constructor(readonly ids: readonly string[], message = 'The stream could not be opened.', readonly isOwn = true) {
    super(message);
  }
}

/** The server wants to know who asks: until somebody signs in nothing is of any use. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';

  constructor(message = 'The server wants to know who asks.') {
    super(message);
  }
}

/** The address that asks for these. Ids are pipeline ids by the contract's rule, which need no escaping. */
export function streamUrl(endpoint: string, ids: readonly string[], parameters: Readonly<Record<string, string | undefined>> = {}): string {
  const others = Object.entries(parameters).map(([name, value]) => value ? `&${name}=${encodeURIComponent(value)}` : '');
  return `${endpoint}${endpoint.includes('?') ? '&' : '?'}pipelineIds=${ids.join()}${others.join('')}`;
}
