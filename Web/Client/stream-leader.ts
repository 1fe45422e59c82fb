import type { Environment } from './environment.js';
import { tryParse, type TabMessage } from './shared-messages.js';
import type { OpenStream, StreamSource } from './stream-source.js';

/** How long joins and leaves are collected before the stream is replaced by one for the new union. */
export const gatherDelay = 20;

/** Holds the one stream of a browser, for the union of what its tabs watch, and passes on what it says. */
export class StreamLeader {
  readonly #members = new Map<string, ReadonlySet<string>>();
  readonly #present = new Set<string>();
  readonly #statuses = new Map<string, string>();
  readonly #errors = new Map<string, string>();
  #stream: OpenStream | undefined;
  #union = new Set<string>();
  #opened = false;
  #batched = false;
  #timestamp = 0;
  #gatherTimer: unknown;

  constructor(
    private readonly environment: Environment,
    private readonly source: StreamSource,
    private lastEventId: string | undefined,
    private readonly tell: (message: TabMessage) => void,
  ) {}

  join(member: string, ids: readonly string[]): void {
    this.#members.set(member, new Set(ids));
    this.#present.add(member);
    if (this.#stream && ids.every(id => this.#union.has(id))) this.#welcome(member, ids);
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
    this.environment.clearTimeout(this.#gatherTimer);
    this.#stream?.close();
    this.#stream = undefined;
  }

  #gather(): void {
    this.#gatherTimer ??= this.environment.setTimeout(() => {
      this.#gatherTimer = undefined;
      this.#follow();
    }, gatherDelay);
  }

  /** Makes the stream one for exactly what is watched now. */
  #follow(): void {
    const union = new Set([...this.#members.values()].flatMap(ids => [...ids]));
    if (this.#stream && union.size === this.#union.size && [...union].every(id => this.#union.has(id))) return;
    if (union.size === 0) return;
    if (this.#stream) this.tell({ kind: 'interrupted' });
    this.#stream?.close();
    this.#union = union;
    this.#opened = false;
    this.#batched = false;
    this.#statuses.clear();
    this.#errors.clear();
    try {
      this.#stream = this.source.open([...union], this.lastEventId, {
        opened: () => {
          this.#opened = true;
          this.tell({ kind: 'opened' });
        },
        event: (name, data, id) => this.#event(name, data, id),
        interrupted: () => this.tell({ kind: 'interrupted' }),
        failed: (reason, final = false) => this.#fail(reason, final),
      });
    } catch (error) {
      this.#fail((error as Error).message, true);
    }
  }

  #event(name: string, data: string, id: string): void {
    if (id) this.lastEventId = id;
    this.#remember(name, data);
    if (name === 'heartbeat') this.#callRoll();
    this.tell({ kind: 'event', name, data, id });
  }

  #fail(reason: string, final: boolean): void {
    this.#stream = undefined;
    this.tell({ kind: 'failed', reason, final });
  }

  /** A tab that comes later is told what the others know: a first batch, and what is wrong since. */
  #welcome(member: string, ids: readonly string[]): void {
    if (!this.#opened) return;
    this.tell({ kind: 'opened', to: member });
    if (!this.#batched) return;
    const known = ids.filter(id => this.#statuses.has(id));
    const updates = known.map(pipelineId => ({ pipelineId, status: this.#statuses.get(pipelineId) }));
    const batch = JSON.stringify({ type: 'batch_update', timestamp: this.#timestamp, updates });
    this.tell({ kind: 'event', to: member, name: 'batch_update', data: batch, id: this.lastEventId ?? '' });
    for (const id of ids) {
      const error = this.#errors.get(id);
      if (error !== undefined) this.tell({ kind: 'event', to: member, name: 'error', data: error, id: '' });
    }
  }

  #remember(name: string, data: string): void {
    const event = tryParse(data);
    if (!event) return;
    this.#timestamp = event.timestamp ?? this.#timestamp;
    if (name === 'batch_update') this.#batched = true;
    if (name.endsWith('error') && event.pipelineId !== undefined) this.#errors.set(event.pipelineId, data);
    for (const update of [event, ...(event.updates ?? [])] as Array<typeof event>) {
      if (update.pipelineId === undefined || update.status === undefined) continue;
      this.#statuses.set(update.pipelineId, update.status);
      this.#errors.delete(update.pipelineId);
    }
  }

  /** A tab that crashed says no goodbye. Whoever has not answered since the last roll call is gone. */
  #callRoll(): void {
    for (const member of [...this.#members.keys()]) {
      if (!this.#present.has(member)) this.leave(member);
    }
    this.#present.clear();
    this.tell({ kind: 'rollcall' });
  }
}
