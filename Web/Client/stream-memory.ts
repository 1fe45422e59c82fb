import type { PipelineFields, PipelineStatus, SSEErrorEvent, SSEEvent, SSEListChangedEvent } from './contracts.js';
import { merged } from './pipeline-fields.js';

/** What a client knows of a pipeline: its status and, where it asked for them, its fields. */
export interface KnownStatus {
  readonly status: PipelineStatus;
  readonly fields?: PipelineFields;
}

/** Up to which event a client knows what, to go on from there. */
export interface ResumePoint {
  readonly lastEventId: string | undefined;
  /** The statuses as of that event, but for those that are in doubt. */
  readonly known: ReadonlyMap<string, KnownStatus>;
}

/**
 * What streams have told this tab of the pipelines that it follows, from one stream to the next: for tabs that join it, and for the
 * stream that comes next. A status stands for what was true at the last event; one that may not is none.
 */
export class StreamMemory {
  #lastEventId: string | undefined;
  readonly #statuses = new Map<string, KnownStatus>();
  readonly #errors = new Map<string, SSEErrorEvent>();
  /** The word that nothing can be confirmed, until a batch takes it back. */
  #stall: SSEErrorEvent | undefined;
  #list: SSEListChangedEvent | undefined;
  #batched = false;
  #isBehind = false;
  /** The fields are known with the statuses. */
  #hasFields = false;
  #timestamp = 0;

  get lastEventId(): string | undefined {
    return this.#lastEventId;
  }

  /** Where the next stream goes on. */
  get resumePoint(): ResumePoint {
    const known = [...this.#statuses].filter(([id]) => !this.#errors.has(id));
    return { lastEventId: this.#lastEventId, known: new Map(known) };
  }

  /** From now on it is about these. Of the others no news is heard, so that nothing may be known of them. */
  follow(ids: readonly string[], list: boolean): void {
    const followed = new Set(ids);
    for (const known of [this.#statuses, this.#errors]) {
      for (const id of known.keys()) if (!followed.has(id)) known.delete(id);
    }
    if (!list) this.#list = undefined;
  }

  /** A new stream is asked for: what is known is told anew by its first batch. Fields that were not asked for so far are not known. */
  restart(fields = false): void {
    if (fields && !this.#hasFields) this.#forget();
    this.#hasFields = fields;
    this.#batched = this.#isBehind = false;
  }

  /** The next stream is not to be older than this; what this one tells is. */
  skipTo(lastEventId: string): void {
    this.#lastEventId = lastEventId;
    this.#isBehind = true;
    this.#forget();
  }

  /** The stream has got so far. */
  reach(id: string): void {
    if (id && (!this.#isBehind || covers(id, this.#lastEventId))) this.#lastEventId = id;
  }

  /** An event of the stream, about followed pipelines only. */
  take(event: SSEEvent, id: string): void {
    this.reach(id);
    if (this.#isBehind) return;
    if (event.type === 'batch_update' && event.revision === undefined) {
      if (!this.#batched) this.#forget();
      this.#batched = true;
      this.#stall = undefined;
    }
    if (event.type === 'heartbeat' || event.type === 'stream') return;
    this.#timestamp = event.timestamp;
    if (event.type === 'list_changed') this.#list = event;
    else if (event.type === 'error') this.#doubt(event);
    else if (event.type === 'status_update') {
      const before = event.previousStatus && this.#statuses.get(event.pipelineId)?.fields;
      this.#learn(event.pipelineId, event.status, merged(before || {}, event.fields));
    } else if (event.type === 'fields_update') {
      const before = this.#statuses.get(event.pipelineId);
      if (before) this.#learn(event.pipelineId, before.status, merged(before.fields, event.fields));
    } else for (const { pipelineId, status, fields } of event.updates) this.#learn(pipelineId, status, fields, this.#stall);
  }

  /** What a tab that watches these is told when it comes: a first batch, and what is wrong since. Nothing before there is one. */
  replay(ids: readonly string[], revision?: number): readonly SSEEvent[] {
    if (!this.#batched) return [];
    const updates = ids.flatMap(pipelineId => {
      const known = this.#statuses.get(pipelineId);
      return known ? [{ pipelineId, ...known }] : [];
    });
    const batch: SSEEvent = { type: 'batch_update', timestamp: this.#timestamp, ...(revision === undefined ? {} : { revision }), updates };
    return [batch, this.#stall, ...ids.map(id => this.#errors.get(id)), this.#list].filter(event => event !== undefined);
  }

  #forget(): void {
    this.#statuses.clear();
    this.#errors.clear();
  }

  /** What a batch tells during a stall is told of what was added, and can be confirmed no better. */
  #learn(pipelineId: string, status: PipelineStatus, fields: PipelineFields | undefined, stall?: SSEErrorEvent): void {
    this.#statuses.set(pipelineId, fields ? { status, fields } : { status });
    if (stall) this.#errors.set(pipelineId, { ...stall, pipelineId });
    else this.#errors.delete(pipelineId);
  }

  /** A word about all puts in doubt what no later one is about, for tabs that come later too. */
  #doubt(error: SSEErrorEvent): void {
    const { pipelineId, code } = error;
    if (pipelineId !== undefined) {
      this.#errors.set(pipelineId, error);
      return;
    }
    if (code !== 'polling_stalled' && code !== 'backend_unavailable') return;
    if (code === 'polling_stalled') this.#stall = error;
    for (const id of this.#statuses.keys()) {
      const before = this.#errors.get(id)?.code;
      if (before !== 'pipeline_not_found' && before !== 'too_many_pipelines') this.#errors.set(id, { ...error, pipelineId: id });
    }
  }
}

/** Whether a stream that is at the event `here` can be joined by a tab that has seen `since`. Ids are `epoch-sequence`. */
export function covers(here: string | undefined, since: string | undefined): boolean {
  if (!since) return true;
  const [[epoch, sequence], [itsEpoch, itsSequence]] = [here?.split('-') ?? [], since.split('-')];
  return epoch === itsEpoch && Number(sequence) >= Number(itsSequence);
}
