import { resolveConfig, type ResolvedConfig, type SSEManagerConfig } from './config.js';
import type {
  ConnectionState, PipelineSnapshot, PipelineStatus, SSEEvent, StaleReason, TransportInfo,
} from './contracts.js';
import type { Environment } from './environment.js';
import { Fallback } from './fallback.js';
import { NetworkHint } from './network-hint.js';
import { ObservableValue, type Observable } from './observable.js';
import { PageLifecycle } from './page-lifecycle.js';
import { PollError, PollRequest } from './poll-request.js';
import { Polls } from './polls.js';
import { RequestLimits } from './request-limits.js';
import { RefusalInquiry } from './refusal-inquiry.js';
import type { LookResult } from './server-look.js';
import { Session } from './session.js';
import { SharedStream } from './shared-stream.js';
import { SleepDetector } from './sleep-detector.js';
import { Stall } from './stall.js';
import { StatusEvents } from './status-events.js';
import { StatusStore } from './status-store.js';
import { StreamConnection } from './stream-connection.js';
import { SignedOutError, StreamRefusedError, type StreamSource, type Wanted } from './stream-source.js';
import type { StatusListener } from './watch-registry.js';
import { sameInfo, transportInfo } from './transport-info.js';
import { EventSourceStreams } from './watched-stream.js';
import { Watching } from './watching.js';

/** What a client is made from. */
export interface StatusClientOptions {
  /** The feature flag. False means polling alone: no EventSource is ever made. */
  readonly useSse: boolean;
  /** Intervals and limits; what is left out has its default. */
  readonly config?: SSEManagerConfig | undefined;
  /** Whether snapshots are to have what else the backend says, as far as the server passes it on. Default false. */
  readonly fields?: boolean;
  /** Clock, timers, network and page: a browser's, or a test's. */
  readonly environment: Environment;
  /** Where streams come from; an EventSource of this tab's own unless told otherwise. */
  readonly source?: StreamSource;
}

/** Keeps the statuses of all watched pipelines up to date, by stream or by polling, and says how. */
export class PipelineStatusClient {
  /** The configuration in force, defaults filled in. */
  readonly config: ResolvedConfig;
  readonly #environment: Environment;
  readonly #useSse: boolean;
  readonly #watching: Watching;
  readonly #store: StatusStore;
  readonly #connection: StreamConnection;
  readonly #polls: Polls;
  readonly #lifecycle: PageLifecycle;
  readonly #transport: ObservableValue<TransportInfo>;
  #ids: readonly string[] = [];
  readonly #fallback: Fallback;
  readonly #session: Session;
  readonly #stall: Stall;
  readonly #events: StatusEvents;
  readonly #limits: RequestLimits;
  readonly #inquiry: RefusalInquiry;
  readonly #sleepDetector: SleepDetector;
  readonly #networkHint: NetworkHint;

  constructor(options: StatusClientOptions) {
    const { environment } = options;
    this.config = resolveConfig(options.config);
    this.#environment = environment;
    this.#fallback = new Fallback(environment, this.config, () => this.#connection.retryOnce());
    this.#useSse = options.useSse;
    this.#store = new StatusStore(environment, snapshot => this.#watching.registry.publish(snapshot));
    this.#watching = new Watching(environment, (watched, malformed) => this.#retain(watched, malformed), wanted => this.#want(wanted), options.fields);
    this.#stall = new Stall(environment, this.#store);
    this.#events = new StatusEvents(environment, this.#store, this.#stall, options.fields);
    this.#limits = new RequestLimits(this.config);
    const request = new PollRequest(environment, this.#limits);
    this.#session = new Session(environment, this.config.endpoint, {
      signedOut: () => this.#halt(),
      ask: () => this.#askAgain(),
      over: isProven => {
        this.#store.replaceReason('signed_out', isProven ? 'unconfirmed' : 'connection_lost');
        this.#publish();
      },
    });
    this.#polls = new Polls(environment, this.config, request, {
      polled: batch => {
        // An answer from before a sleep is none; another one is on its way.
        const isBelieved = !this.#sleepDetector.check();
        if (isBelieved) this.#events.takePoll(batch);
        this.#connection.answered();
        this.#session.answered(true);
        return isBelieved;
      },
      doubtful: () => {
        this.#session.answered(false);
        this.#store.markAllStale('connection_lost');
      },
      signedOut: error => this.#session.refused(error),
      changed: () => this.#publish(),
    });
    this.#inquiry = new RefusalInquiry(
      environment, request, this.#limits, this.#session, (error, floor) => this.#connection.explain(error, floor));
    this.#networkHint = new NetworkHint(
      environment, request, this.config, () => this.#lifecycle.isShown && !this.#session.isOut ? this.#ids.slice(0, 1) : [],
      result => this.#reached(result));
    this.#sleepDetector = new SleepDetector(environment, this.config.heartbeatTimeout, () => this.#slept());
    const source = options.source ?? streamSource(environment, this.#limits);
    this.#connection = new StreamConnection(environment, this.config, source, {
      event: (event, complete) => this.#received(event, complete),
      lost: staleReason => {
        this.#watching.list.set(undefined);
        // Polls vouch for what a silent stream does not.
        if (!this.#polls.isBeside) this.#doubt(staleReason);
      },
      silent: () => this.#pollBeside(),
      refused: error => this.#inquiry.ask(error, this.#ids),
      signedOut: () => this.#session.end(),
      exhausted: failure => this.#fallBack(failure),
      stillFailing: () => this.#scheduleReturn(),
      recovered: () => this.#leaveFallback(),
    });
    this.#transport = new ObservableValue(this.#info(), sameInfo);
    this.#connection.progress.subscribe(() => this.#publish());
    this.#connection.state.subscribe(state => {
      if (state === 'connected') this.#session.answered(true);
    });
    this.#lifecycle = new PageLifecycle(environment.page, {
      sleep: staleReason => this.#sleep(staleReason),
      wake: () => this.#wake(),
      revalidate: () => this.#connection.revalidate(),
      offline: () => this.#networkHint.check(),
      online: () => this.#online(),
    });
    if (!this.#lifecycle.awake) return;
    this.#session.open();
    if (this.#useSse) this.#connection.wake();
  }

  /** Where the stream stands; read it, or subscribe to it. */
  get connectionState(): Observable<ConnectionState> {
    return this.#connection.state;
  }

  /** How statuses arrive; read it, or subscribe to it. */
  get transport(): Observable<TransportInfo> {
    return this.#transport;
  }

  /**
   * Watches pipelines: the listener hears of every change of their status or freshness until the returned function is
   * called. It is not called with what is known already; `getStatus` tells that.
   */
  watch(ids: Iterable<string>, listener: StatusListener): () => void {
    return this.#watching.watch(ids, listener);
  }

  /**
   * Tells which of the watched pipelines are on the screen now: the whole list, each time it is another. The others may be read
   * less often. Changes are gathered and told four times a second at most, so that this may be called as often as one likes; a
   * hidden tab shows nothing. Before the first call, and after one with `undefined`, everything watched counts as shown.
   */
  show(ids: Iterable<string> | undefined): void {
    this.#watching.show(ids);
  }

  /**
   * The `ETag` of the backend's list of pipelines (`GET /ui-api/pipeline`), as the stream told it last. Undefined while no stream
   * tells it: no stream is open, the server is too old, or nobody has subscribed. The server is asked to tell it as long as there
   * is a subscriber; they hear of every change, to undefined too.
   */
  get listEtag(): Observable<string | undefined> {
    return this.#watching.list;
  }

  /** What is known of a watched pipeline. The same object until something about it changes. */
  getStatus(pipelineId: string): PipelineSnapshot | undefined {
    return this.#store.get(pipelineId);
  }

  /** Tells what a page rendered on the server shows already. It counts as stale until it is confirmed. */
  seed(pipelineId: string, status: PipelineStatus): void {
    this.#store.seed(pipelineId, status);
  }

  /** Whether this client may stream, as the feature flag says. */
  isSseStatusEnabled(): boolean {
    return this.#useSse;
  }

  /** Goes back to streaming at once, with all attempts. Does nothing while a stream is open or being opened. */
  resetFallback(): void {
    const { isOut } = this.#session;
    const state = this.#connection.state.value;
    const streams = state === 'connected' || state === 'connecting';
    if (!isOut && (!this.#useSse || (streams && !this.#fallback.isActive))) return;
    this.#environment.console.log('[SSE Manager] Fallback reset');
    if (isOut) {
      this.#session.ask();
      return;
    }
    this.#leaveFallback();
    this.#connection.reset();
  }

  /**
   * Another request of the page was answered 401: nothing more is sent until the page is shown again, the network is back, or
   * `resetFallback()` is called, as when the client's own was.
   */
  reportSignedOut(): void {
    this.#session.end();
  }

  /** Ends everything: streams, polls, timers and listeners. */
  close(): void {
    this.#lifecycle.stop();
    this.#watching.stop();
    this.#session.close();
    this.#fallback.pause();
    this.#polls.stop();
    this.#inquiry.cancel();
    this.#networkHint.stop();
    this.#sleepDetector.stop();
    this.#connection.sleep('unconfirmed');
  }

  get #isPolling(): boolean {
    return !this.#useSse || this.#fallback.isActive || this.#polls.isBeside;
  }

  #retain(watched: readonly string[], malformed: readonly string[]): void {
    this.#store.retain(watched);
    for (const id of malformed) this.#store.markStale(id, 'pipeline_not_found');
  }

  #want(wanted: Wanted): void {
    const { ids } = wanted;
    if (ids === this.#ids) {
      if (this.#useSse && ids.length > 0) this.#connection.setWanted(wanted);
      return;
    }
    this.#ids = ids;
    this.#detectSleep();
    if (ids.length === 0) {
      this.#stall.end(false);
      this.#publish();
    }
    // What is watched while there is no network is a reason to look for it.
    if (this.#lifecycle.isShown && !this.#lifecycle.awake) this.#networkHint.check();
    const polled = this.#isPolling;
    if (this.#useSse) this.#connection.setWanted(wanted);
    // When it has only just fallen back, these are polled already.
    if (polled && this.#isPolling && this.#lifecycle.awake) this.#poll();
  }

  #poll(): void {
    if (!this.#session.isOut) this.#polls.start(this.#ids);
  }

  #detectSleep(): void {
    if (this.#ids.length > 0 && this.#lifecycle.awake && !this.#session.isOut) this.#sleepDetector.start();
    else this.#sleepDetector.stop();
  }

  #slept(): void {
    this.#doubt('unconfirmed');
    if (this.#isPolling) this.#poll();
    else if (this.#connection.state.value === 'connected') this.#pollBeside();
  }

  /** Whoever asks is answered while the stream says nothing. */
  #pollBeside(): void {
    if (this.config.enablePollingFallback) this.#polls.startBeside(this.#ids);
  }

  #reached(result: LookResult): void {
    const wasAwake = this.#lifecycle.awake;
    const isReachable = result !== 'unreachable';
    this.#lifecycle.reached(isReachable);
    if (result instanceof PollError && result.isSignedOut) this.#session.refused(result);
    else if (isReachable && wasAwake) this.#connection.renew();
  }

  /** Nothing is sent any more until somebody looks at the page again, or asks for it. */
  #halt(): void {
    this.#environment.console.warn('[SSE Manager] Signed out');
    this.#sleepDetector.stop();
    this.#inquiry.cancel();
    this.#networkHint.stop();
    this.#fallback.end();
    this.#polls.stop();
    this.#watching.list.set(undefined);
    this.#doubt('signed_out');
    this.#connection.halt(new SignedOutError());
    this.#publish();
  }

  /** One attempt, which finds out. */
  #askAgain(): void {
    this.#detectSleep();
    this.#connection.reset();
    if (this.#ids.length === 0) this.#session.answered(false);
    else if (!this.#useSse) this.#poll();
    this.#publish();
  }

  /** Whoever is signed out is told nothing else. */
  #doubt(staleReason: StaleReason): void {
    this.#store.markAllStale(this.#session.isInDoubt ? 'signed_out' : staleReason);
  }

  #received(event: SSEEvent, complete: boolean): void {
    this.#sleepDetector.check();
    if (event.type === 'list_changed') {
      this.#watching.list.set(event.etag);
      return;
    }
    if (!this.#fallback.isActive && this.#connection.hasTold) this.#polls.streamSpoke(complete, this.#ids);
    if (event.type !== 'heartbeat' || this.#connection.hasTold) this.#events.take(event, complete);
    this.#publish();
  }

  #fallBack(failure: Error): void {
    if (!this.#fallback.begin()) {
      // No poll will tell.
      if (failure instanceof StreamRefusedError) this.#inquiry.ask(failure, this.#ids);
      else this.#session.answered(false);
      return;
    }
    this.#polls.takeOver();
    if (!this.#lifecycle.awake) this.#fallback.pause();
    this.#publish();
    if (this.#lifecycle.awake) this.#poll();
    // Last, since whoever hears it may ask for anything.
    this.#fallback.announce(this.#transport.value);
  }

  #leaveFallback(): void {
    this.#fallback.end();
    this.#polls.stop();
  }

  #scheduleReturn(): void {
    if (this.#lifecycle.awake) this.#fallback.scheduleReturn();
  }

  #sleep(staleReason: StaleReason): void {
    this.#session.close();
    this.#sleepDetector.stop();
    this.#inquiry.cancel();
    if (staleReason !== 'offline') this.#networkHint.stop();
    this.#fallback.pause();
    this.#polls.stop();
    this.#connection.sleep(staleReason);
  }

  #wake(): void {
    this.#session.open();
    this.#networkHint.stop();
    const polled = this.#isPolling && !this.#session.isOut;
    this.#session.ask();
    this.#detectSleep();
    if (this.#useSse) this.#connection.wake();
    if (polled) this.#poll();
    this.#fallback.resume();
  }

  #online(): void {
    this.#session.ask();
    if (!this.#useSse || !this.#connection.exhausted) return;
    if (this.#fallback.isActive) this.#connection.retryOnce();
    else this.#connection.reset();
  }

  #info(): TransportInfo {
    return transportInfo({
      isPolling: this.#isPolling,
      fallback: this.#fallback,
      stall: this.#stall,
      polls: this.#polls,
      session: this.#session,
      progress: this.#connection.progress.value,
      config: this.config,
    });
  }

  #publish(): void {
    this.#transport.set(this.#info());
  }
}

/** One stream for all tabs where the browser lets them find each other, else one for this tab. */
function streamSource(environment: Environment, limits: RequestLimits): StreamSource {
  const { openChannel } = environment;
  return openChannel ? new SharedStream(environment, openChannel, limits) : new EventSourceStreams(environment, limits);
}
