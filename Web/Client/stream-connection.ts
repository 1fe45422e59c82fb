import { Alarm } from './alarm.js';
import type { ResolvedConfig } from './config.js';
import type { ConnectionSink } from './connection-sink.js';
import type { ConnectionState, SSEEvent, StaleReason } from './contracts.js';
import type { Environment } from './environment.js';
import { ObservableValue } from './observable.js';
import { ReconnectPolicy, type Attempt } from './reconnect-policy.js';
import { SilenceWatchdog } from './silence-watchdog.js';
import { StreamImpossibleError, TooManyPipelinesError } from './request-limits.js';
import { SignedOutError, StreamRefusedError, type OpenStream, type StreamSource, type Wanted } from './stream-source.js';

export interface Progress {
  readonly attempt: number;
  readonly nextAttemptAt: number | undefined;
  readonly error: Error | undefined;
}

/** How long statuses count as fresh while one stream is swapped for another on purpose. */
export const swapGrace = 1000;

/** How long a stream may take to bring its first batch until statuses are asked for beside it, in milliseconds. Heartbeats tell no status. */
export const firstEventTimeout = 10_000;

/** One stream for a set of pipelines: opens it, notices when it is dead, opens it again, gives up. At most one at any time. */
export class StreamConnection {
  readonly state = new ObservableValue<ConnectionState>('disconnected');
  readonly progress = new ObservableValue<Progress>({ attempt: 0, nextAttemptAt: undefined, error: undefined });

  readonly #policy: ReconnectPolicy;
  readonly #watchdog: SilenceWatchdog;
  #wanted: Wanted = { ids: [], visible: undefined, list: false };
  #awake = false;
  #exhausted = false;
  #stream: OpenStream | undefined;
  #openedAt: number | undefined;
  /** Why streams are refused, as far as `explain` has told: they themselves do not. */
  #cause: Error | undefined;
  #delivered = false;
  #batched = false;
  readonly #retry: Alarm;
  readonly #grace: Alarm;
  readonly #firstEvent: Alarm;

  constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
    private readonly source: StreamSource,
    private readonly sink: ConnectionSink,
  ) {
    this.#policy = new ReconnectPolicy(config, () => environment.random());
    this.#retry = new Alarm(environment);
    this.#grace = new Alarm(environment);
    this.#firstEvent = new Alarm(environment);
    this.#watchdog = new SilenceWatchdog(environment, config.heartbeatTimeout, () => this.#silence());
  }

  /** The attempts are used up; only `retryOnce` and `reset` lead on. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** The stream has told what is known: from then on its heartbeats confirm that. */
  get hasTold(): boolean {
    return this.#batched;
  }

  /** No pipelines need no stream. */
  setWanted(wanted: Wanted): void {
    const isOtherList = wanted.ids !== this.#wanted.ids;
    this.#wanted = wanted;
    if (wanted.ids.length === 0) this.#rest();
    else if (this.#stream) this.#stream.update(wanted);
    // A list that was too long is another one now.
    else if (this.#awake && !this.#retry.isSet && isOtherList && (!this.#exhausted || this.progress.value.error instanceof TooManyPipelinesError)) {
      this.#connect('connecting');
    }
  }

  wake(): void {
    this.#awake = true;
    if (this.#wanted.ids.length > 0 && !this.#exhausted && !this.#stream) this.#connect('connecting');
  }

  sleep(staleReason: StaleReason): void {
    this.#awake = false;
    this.sink.lost(staleReason);
    this.#rest();
  }

  /** After a wake-up that nobody announced an open stream proves nothing: it is replaced. */
  revalidate(): void {
    if (!this.#stream) return;
    if (!this.#exhausted) this.sink.lost('unconfirmed');
    this.#swap();
  }

  /** Starts over with all attempts, at once. */
  reset(): void {
    this.#policy.reset();
    this.#exhausted = false;
    this.#close();
    this.#report(undefined);
    if (this.#awake && this.#wanted.ids.length > 0) {
      this.#armGrace();
      this.#connect('connecting');
    } else {
      this.state.set('disconnected');
    }
  }

  /** The server is known to be there, but what led to it may have changed: the stream is replaced by a new one. */
  renew(): void {
    if (this.#stream && !this.#exhausted) this.#swap();
  }

  /** Why the stream was refused, as another request found out; the next attempt starts no sooner than `floor` ms from now. */
  explain(error: Error, floor: number): void {
    if (!this.#retry.isSet) return;
    this.#cause = error;
    if (error instanceof StreamImpossibleError) {
      this.#giveUp(error);
      return;
    }
    const now = this.environment.now();
    const at = Math.max(this.progress.value.nextAttemptAt ?? now, now + floor);
    this.#retry.set(at - now, () => this.#connect('reconnecting'));
    this.#report(error, at);
  }

  /** The server answers other requests as it should: what `explain` told is over. */
  answered(): void {
    this.#cause = undefined;
  }

  /** No attempt leads anywhere until `reset`, and none has been made in vain. */
  halt(error: Error): void {
    this.#policy.reset();
    this.#close();
    this.#grace.clear();
    this.#exhausted = true;
    this.#report(error);
    this.state.set('error');
  }

  /** One attempt after all others are used up. It changes nothing until it has delivered something. */
  retryOnce(): void {
    if (this.#exhausted && this.#awake && this.#wanted.ids.length > 0 && !this.#stream) this.#connect('connecting');
  }

  #connect(shown: ConnectionState): void {
    this.#retry.clear();
    this.#delivered = this.#batched = false;
    this.#openedAt = undefined;
    this.#watchdog.start();
    if (!this.#exhausted) this.#firstEvent.set(firstEventTimeout, () => this.sink.silent());
    try {
      this.#stream = this.source.open(this.#wanted, {
        opened: () => this.#opened(),
        event: event => this.#received(event),
        interrupted: () => this.#interrupted(),
        failed: error => this.#failed(error),
      });
    } catch (error) {
      this.#giveUp(error as Error);
      return;
    }
    this.state.set(shown);
  }

  #opened(): void {
    this.#openedAt = this.environment.now();
    this.#cause = undefined;
    this.#watchdog.feed();
    this.environment.console.log('[SSE Manager] Connection established');
    this.state.set('connected');
  }

  #received(event: SSEEvent): void {
    this.#watchdog.feed();
    if (event.type === 'error' && event.code === 'server_draining') {
      this.#end(new Error(event.message || 'The server is going away.'), () => this.#policy.drained());
      return;
    }
    if (event.type === 'error' && event.code === 'signed_out') {
      this.sink.signedOut();
      return;
    }

    const first = !this.#delivered;
    this.#delivered = true;
    this.#settle();
    const complete = event.type === 'batch_update' && !this.#batched;
    if (complete) {
      this.#batched = true;
      this.#grace.clear();
      this.#firstEvent.clear();
    }
    if (first) this.#report(undefined);
    if (this.#exhausted && this.#batched) {
      this.#exhausted = false;
      this.sink.recovered();
    }
    this.sink.event(event, complete);
  }

  #interrupted(): void {
    this.#batched = false;
    if (!this.#exhausted) this.#firstEvent.set(firstEventTimeout, () => this.sink.silent());
    this.#armGrace();
  }

  #silence(): void {
    const silence = `no event for ${this.config.heartbeatTimeout} ms`;
    this.environment.console.warn(`[SSE Manager] Timeout: ${silence}`);
    this.#failed(new Error(silence));
  }

  #failed(error: Error): void {
    if (error instanceof SignedOutError) this.sink.signedOut();
    else this.#end(error, () => error instanceof StreamImpossibleError ? undefined : this.#policy.failed());
  }

  #end(failure: Error, next: () => Attempt | undefined): void {
    this.#settle();
    this.#close();
    const error = failure instanceof StreamRefusedError ? this.#cause ?? failure : failure;
    const attempt = this.#exhausted ? undefined : next();
    if (!attempt) {
      this.#giveUp(error, failure);
      return;
    }
    const delay = Math.round(attempt.delay);
    this.environment.console.warn(
      `[SSE Manager] Reconnecting in ${delay} ms (attempt ${attempt.number} of ${this.config.maxReconnectAttempts}): ${error.message}`);
    this.#retry.set(attempt.delay, () => this.#connect('reconnecting'));
    this.#report(error, this.environment.now() + attempt.delay);
    this.sink.lost('connection_lost');
    this.state.set('reconnecting');
    if (failure instanceof StreamRefusedError) this.sink.refused(failure);
  }

  #giveUp(error: Error, failure = error): void {
    const again = this.#exhausted;
    this.#close();
    this.#exhausted = true;
    this.#report(error);
    this.state.set('error');
    // Whoever hears of the state may have started over already.
    if (!this.#exhausted || this.#stream) return;
    if (again) {
      this.sink.stillFailing();
    } else {
      this.sink.lost('connection_lost');
      this.sink.exhausted(failure);
    }
  }

  /** A stream that has delivered and lasted makes the failures before it history. */
  #settle(): void {
    const healthy = this.#delivered && this.#openedAt !== undefined
      && this.environment.now() - this.#openedAt >= this.config.healthyAfter;
    if (!healthy || this.#policy.failures === 0) return;
    this.#policy.reset();
    this.#report(undefined);
  }

  #swap(): void {
    this.#settle();
    this.#close();
    this.#armGrace();
    this.#connect(this.state.value === 'reconnecting' ? 'reconnecting' : 'connecting');
  }

  #rest(): void {
    this.#settle();
    this.#close();
    this.#grace.clear();
    this.#report(this.#exhausted ? this.progress.value.error : undefined);
    this.state.set(this.#exhausted ? 'error' : 'disconnected');
  }

  #close(): void {
    this.#watchdog.stop();
    this.#firstEvent.clear();
    this.#retry.clear();
    this.#stream?.close();
    this.#stream = undefined;
    this.#openedAt = undefined;
  }

  #armGrace(): void {
    this.#grace.set(swapGrace, () => {
      if (!this.#exhausted) this.sink.lost('connection_lost');
    });
  }

  #report(error: Error | undefined, nextAttemptAt?: number): void {
    this.progress.set({
      attempt: Math.min(this.#policy.failures, this.config.maxReconnectAttempts),
      nextAttemptAt,
      error,
    });
  }
}
