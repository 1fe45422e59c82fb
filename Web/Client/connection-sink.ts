import type { SSEEvent, StaleReason } from './contracts.js';
import type { StreamRefusedError } from './stream-source.js';

/** Who hears what becomes of a connection. */
export interface ConnectionSink {
  /** `complete` marks the first batch of a stream: what it does not name is not known to the server. */
  event(event: SSEEvent, complete: boolean): void;
  /** From now on nobody vouches for the statuses. */
  lost(staleReason: StaleReason): void;
  /** A stream has brought nothing since it was asked for, `firstEventTimeout` ago. The attempt goes on. */
  silent(): void;
  /** The server answered the request for a stream by something else; `explain` and `halt` take what it was. */
  refused(error: StreamRefusedError): void;
  /** The server wants to know who asks. */
  signedOut(): void;
  /** All attempts are used up; `failure` is that of the last one. */
  exhausted(failure: Error): void;
  /** An attempt made after that has failed too. */
  stillFailing(): void;
  /** A stream delivers again after the attempts were used up. */
  recovered(): void;
}
