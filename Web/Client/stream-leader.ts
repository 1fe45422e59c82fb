import { Alarm } from './alarm.js';
import type { PipelineStatus, SSEErrorEvent, SSEEvent } from './contracts.js';
import type { Environment } from './environment.js';
import type { RequestLimits } from './request-limits.js';
import { covers, type LeaderMessage } from './shared-messages.js';
import { StreamRefusedError, type OpenStream, type StreamSource } from './stream-source.js';

/** How long joins and leaves are collected before the stream is replaced by one for the new union. */
export const gatherDelay = 20;
/** The same after another leader: tabs that are busy take a while to say that they are there. */
export const takeoverDelay = 100;
/** Tabs that come or go one by one replace the stream no more often than this. */
export const restDelay = 500;

/** Holds the one stream of a browser, for the union of what its tabs watch, and passes on what it says. */
export class StreamLeader {
  readonly #members = new Map<string, readonly string[]>();
  readonly #present = new Set<string>();
  readonly #statuses = new Map<string, PipelineStatus>();
  readonly #errors = new Map<string, SSEErrorEvent>();
  /** The word that nothing can be confirmed, until a batch takes it back. */
  #stall: SSEErrorEvent | undefined;
  #stream: OpenStream | undefined;
  #union = new Set<string>();
  /** The tabs whose pipelines the stream carries; others have come since. */
  #recipients: string[] = [];
  #opened = false;
  #batched = false;
  /** A tab has seen more than the stream has told: it waits for the next one. */
  #behindMember = false;
  #timestamp = 0;
  readonly #gathering: Alarm;
  #restUntil: number;

  constructor(
    private readonly environment: Environment,
    private readonly limits: RequestLimits,
    private readonly source: StreamSource,
    private lastEventId: string | undefined,
    follows: boolean,
    private readonly publish: (message: LeaderMessage) => void,
  ) {
    this.#gathering = new Alarm(environment);
    this.#restUntil = environment.now() + (follows ? takeoverDelay : gatherDelay);
  }

  /** A tab whose pipelines are too many beside those of the others is told so; the others keep their stream. */
  join(member: string, ids: readonly string[], since?: string): void {
    const union = [...new Set([...this.#members.values(), ids].flat())];
    const limit = this.limits.fitting(union);
    if (limit < union.length) {
      this.publish({ kind: 'failed', to: [member], reason: '', count: union.length, limit });
      return;
    }
    this.#members.set(member, ids);
    this.#present.add(member);
    if (!covers(this.lastEventId, since)) {
      this.lastEventId = since;
      this.#behindMember = true;
    }
    if (this.#stream && !this.#behindMember && ids.every(id => this.#union.has(id))) {
      this.#welcome(member, ids);
    }
    this.#gather();
  }

  /** The answer to a roll call. */
  here(member: string, ids: readonly string[]): void {
    if (this.#members.has(member)) this.#present.add(member);
    else this.join(member, ids);
  }

  leave(member: string): void {
    this.#members.delete(member);
    this.#gather();
  }

  close(): void {
    this.#gathering.clear();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #gather(): void {
    if (this.#gathering.isSet) return;
    this.#gathering.set(Math.max(gatherDelay, this.#restUntil - this.environment.now()), () => this.#follow());
  }

  /** Makes the stream one for exactly what is watched now. */
  #follow(): void {
    const union = new Set([...this.#members.values()].flat());
    if (union.size === 0) return;
    if (this.#stream && !this.#behindMember && union.size === this.#union.size && [...union].every(id => this.#union.has(id))) return;
    if (this.#stream) this.publish({ kind: 'interrupted', to: this.#recipients });
    this.#stream?.close();
    this.#union = union;
    this.#recipients = [...this.#members.keys()];
    this.#opened = this.#batched = this.#behindMember = false;
    this.#statuses.clear();
    this.#errors.clear();
    this.#stall = undefined;
    this.#restUntil = this.environment.now() + restDelay;
    try {
      this.#stream = this.source.open([...union], this.lastEventId, {
        opened: () => {
          this.#opened = true;
          this.publish({ kind: 'opened', to: this.#recipients });
        },
        event: (event, id) => this.#event(event, id),
        interrupted: () => this.publish({ kind: 'interrupted', to: this.#recipients }),
        failed: error => this.#fail(error),
      });
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #event(event: SSEEvent, id: string): void {
    if (id && (!this.#behindMember || covers(id, this.lastEventId))) this.lastEventId = id;
    this.#remember(event);
    if (event.type === 'heartbeat') this.#callRoll();
    this.publish({ kind: 'event', to: this.#recipients, event, id });
  }

  #fail(error: Error): void {
    this.#stream = undefined;
    this.publish({ kind: 'failed', reason: error.message, ...(error instanceof StreamRefusedError ? { refused: error.ids } : {}) });
  }

  /** A tab that comes later is told what the others know: a first batch, and what is wrong since. */
  #welcome(member: string, ids: readonly string[]): void {
    const to = [member];
    if (!this.#recipients.includes(member)) this.#recipients.push(member);
    if (!this.#opened) return;
    this.publish({ kind: 'opened', to });
    if (!this.#batched) return;
    const updates = ids.flatMap(pipelineId => {
      const status = this.#statuses.get(pipelineId);
      return status ? [{ pipelineId, status }] : [];
    });
    const id = this.lastEventId ?? '';
    this.publish({ kind: 'event', to, event: { type: 'batch_update', timestamp: this.#timestamp, updates }, id });
    const troubles = [this.#stall, ...ids.map(pipelineId => this.#errors.get(pipelineId))];
    for (const event of troubles) {
      if (event) this.publish({ kind: 'event', to, event, id: '' });
    }
  }

  #remember(event: SSEEvent): void {
    if (event.type === 'heartbeat') return;
    this.#timestamp = event.timestamp;
    if (event.type === 'error') {
      if (event.pipelineId !== undefined) this.#errors.set(event.pipelineId, event);
      else if (event.code === 'polling_stalled') this.#rememberStall(event);
      return;
    }
    const updates = event.type === 'batch_update' ? event.updates : [event];
    if (event.type === 'batch_update') {
      this.#batched = true;
      this.#stall = undefined;
    }
    for (const { pipelineId, status } of updates) {
      this.#statuses.set(pipelineId, status);
      this.#errors.delete(pipelineId);
    }
  }

  /** A batch that names only some pipelines leaves the others in doubt, for tabs that come later too. */
  #rememberStall(stall: SSEErrorEvent): void {
    this.#stall = stall;
    for (const pipelineId of this.#statuses.keys()) {
      const code = this.#errors.get(pipelineId)?.code;
      if (code !== 'pipeline_not_found' && code !== 'too_many_pipelines') this.#errors.set(pipelineId, { ...stall, pipelineId });
    }
  }

  /** A tab that crashed says no goodbye. Whoever has not answered since the last roll call is gone. */
  #callRoll(): void {
    for (const member of [...this.#members.keys()]) {
      if (!this.#present.has(member)) this.leave(member);
    }
    this.#present.clear();
    this.publish({ kind: 'rollcall' });
  }
}
