import { Alarm } from './alarm.js';
import type { SSEBatchUpdateEvent, SSEEvent } from './contracts.js';
import type { Environment } from './environment.js';
import { partFor } from './event-part.js';
import { openEventSource } from './event-source.js';
import { knownHash } from './known-hash.js';
import { StreamImpossibleError, type RequestLimits } from './request-limits.js';
import { StreamMemory, type KnownStatus, type ResumePoint } from './stream-memory.js';
import { SignedOutError, streamUrl, type OpenStream, type StreamHandlers, type StreamSource, type Wanted } from './stream-source.js';
import { unasked, WatchRequests } from './watch-requests.js';

/** A server that has told no name of the stream so long after its first batch answers no watch requests, in milliseconds. */
export const nameTimeout = 1000;
/** Where it answers none, the stream is replaced no more often than this, in milliseconds. */
export const replaceInterval = 500;

/** Streams of this tab's own. */
export class EventSourceStreams implements StreamSource {
  constructor(
    private readonly environment: Environment,
    private readonly limits: RequestLimits,
    private readonly memory = new StreamMemory(),
  ) {}

  open(wanted: Wanted, handlers: StreamHandlers): OpenStream {
    return new WatchedStream(this.environment, this.limits, this.memory, wanted, handlers);
  }
}

/**
 * A stream whose pipelines change. Its address names those that are seen first; all else is told by watch requests. Where the server
 * does not take them, another stream replaces it.
 */
class WatchedStream implements OpenStream {
  readonly #nameless: Alarm;
  readonly #replacing: Alarm;
  #close: (() => void) | undefined;
  #watch: WatchRequests | undefined;
  /** The pipelines that the server is to watch, by the revision that added them; 0 for the stream's address. */
  #asked = new Map<string, number>();
  #answered = 0;
  #resume: ResumePoint = { lastEventId: undefined, known: new Map() };
  #batched = false;
  #hasFields = false;
  /** Watch requests have failed since the last one that was answered. */
  #hasFailed = false;
  /** Why this stream is not asked to change any more. */
  #refusal: Error | undefined;
  #replaceAt = 0;

  constructor(
    private readonly environment: Environment,
    private readonly limits: RequestLimits,
    private readonly memory: StreamMemory,
    private wanted: Wanted,
    private readonly handlers: StreamHandlers,
  ) {
    this.#nameless = new Alarm(environment);
    this.#replacing = new Alarm(environment);
    this.#open();
  }

  update(wanted: Wanted): void {
    const before = this.wanted;
    this.wanted = wanted;
    if (wanted.ids !== before.ids) {
      const wants = new Set(wanted.ids);
      for (const id of this.#asked.keys()) if (!wants.has(id)) this.#asked.set(id, unasked);
    }
    if (wanted.ids !== before.ids || wanted.list !== before.list) this.memory.follow(wanted.ids, wanted.list);
    // No watch request asks for fields.
    if (wanted.fields && !this.#hasFields) this.#replace();
    else this.#follow();
  }

  close(): void {
    this.#nameless.clear();
    this.#replacing.clear();
    this.#watch?.stop();
    this.#watch = undefined;
    this.#close?.();
    this.#close = undefined;
  }

  #open(): void {
    const { ids, list, fields } = this.wanted;
    this.limits.checkStream(ids);
    this.#batched = false;
    this.#answered = 0;
    this.memory.follow(ids, list);
    this.#hasFields = fields === true;
    this.memory.restart(this.#hasFields);
    this.#replaceAt = this.environment.now() + replaceInterval;
    const seenFirst = [...new Set([...(this.wanted.visible ?? []), ...ids])];
    const named = seenFirst.slice(0, this.limits.fittingStreamAddress(seenFirst));
    this.#asked = new Map(named.map(id => [id, 0]));
    this.#resume = this.memory.resumePoint;
    const known = this.#knownOf(named);
    const url = streamUrl(this.limits.endpoint, named, {
      watch: '1',
      list: list ? '1' : undefined,
      fields: fields ? '1' : undefined,
      lastEventId: this.#resume.lastEventId,
      known: known.size > 0 ? knownHash(known.keys()) : undefined,
    });
    this.#close = openEventSource(this.environment, url, named, {
      opened: () => this.handlers.opened(),
      event: (event, id) => this.#event(event, id, known, list),
      failed: error => this.#fail(error),
    });
  }

  #knownOf(ids: readonly string[]): ReadonlyMap<string, KnownStatus> {
    const { known } = this.#resume;
    return new Map(ids.flatMap(id => {
      const status = known.get(id);
      return status ? [[id, status] as const] : [];
    }));
  }

  #event(event: SSEEvent, id: string, known: ReadonlyMap<string, KnownStatus>, list: boolean): void {
    if (event.type === 'stream') {
      this.#named(event.stream, list);
      this.#watch?.renewBefore(event.expiresInMs);
      return;
    }
    const told = partFor(pipelineId => this.#isTold(pipelineId), event.type === 'batch_update' ? this.#batch(event, known) : event);
    if (told) {
      this.memory.take(told, id);
      this.handlers.event(told, id);
    }
  }

  #batch(batch: SSEBatchUpdateEvent, known: ReadonlyMap<string, KnownStatus>): SSEBatchUpdateEvent {
    const { revision } = batch;
    if (revision !== undefined) {
      this.#hasFailed = false;
      this.#answered = revision;
      return whole(batch, this.#watch?.acknowledged(revision));
    }
    const isFirst = !this.#batched;
    this.#batched = true;
    if (isFirst) this.#nameless.set(nameTimeout, () => this.#isNameless());
    return whole(batch, isFirst ? known : undefined);
  }

  /** What is not watched yet, or no more, can change unheard. */
  #isTold(pipelineId: string): boolean {
    return (this.#asked.get(pipelineId) ?? unasked) <= this.#answered;
  }

  #named(stream: string, list: boolean): void {
    this.#nameless.clear();
    this.limits.takesWatchRequests = true;
    this.#watch?.stop();
    this.#watch = new WatchRequests(
      this.environment, this.limits, stream, this.#asked, list, this.#resume, error => this.#refused(error));
    this.#follow();
  }

  #isNameless(): void {
    this.limits.takesWatchRequests = false;
    this.#follow();
  }

  /** The server does not do what a watch request asks for: another stream may. */
  #refused(error: Error): void {
    this.#watch = undefined;
    if (error instanceof StreamImpossibleError || error instanceof SignedOutError) this.#fail(error);
    else if (this.#hasFailed) {
      this.#refusal = error;
      this.#follow();
    } else {
      this.#hasFailed = true;
      this.environment.console.warn(`[SSE Manager] Replacing the stream: ${error.message}`);
      this.#replace();
    }
  }

  /** Whether the stream's address, or what has been told since, names exactly what is wanted. */
  get #isNamed(): boolean {
    return this.wanted.ids.length === this.#asked.size && this.wanted.ids.every(id => (this.#asked.get(id) ?? unasked) < unasked);
  }

  #follow(): void {
    if (this.#watch) this.#watch.want(this.wanted);
    else if (this.#isNamed) return;
    else if (this.#refusal) this.#fail(this.#refusal);
    else if (this.limits.takesWatchRequests === false && !this.#replacing.isSet) {
      this.#replacing.set(Math.max(0, this.#replaceAt - this.environment.now()), () => {
        if (!this.#isNamed) this.#replace();
      });
    }
  }

  #replace(): void {
    this.close();
    this.handlers.interrupted();
    try {
      this.#open();
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    this.close();
    this.handlers.failed(error);
  }
}

/** A batch that holds only changes, with what has not changed. */
function whole(batch: SSEBatchUpdateEvent, known: ReadonlyMap<string, KnownStatus> | undefined): SSEBatchUpdateEvent {
  const { partial, ...rest } = batch;
  if (!partial) return rest;
  const updates = new Map([...(known ?? [])].map(([pipelineId, told]) => [pipelineId, { pipelineId, ...told }]));
  for (const update of batch.updates) updates.set(update.pipelineId, update);
  return { ...rest, updates: [...updates.values()] };
}
