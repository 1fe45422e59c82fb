import type { PipelineFields, StaleReason, PipelineSnapshot, PipelineStatus } from './contracts.js';
import type { Environment } from './environment.js';
import { areSame } from './pipeline-fields.js';

/** The last known status of every watched pipeline, and whether anybody vouches for it right now. */
export class StatusStore {
  readonly #entries = new Map<string, PipelineSnapshot>();
  #watched = new Set<string>();

  constructor(
    private readonly environment: Pick<Environment, 'now' | 'wallClock'>,
    private readonly onChange: (snapshot: PipelineSnapshot) => void,
  ) {}

  get(pipelineId: string): PipelineSnapshot | undefined {
    return this.#entries.get(pipelineId);
  }

  /** What a page rendered on the server said. It is shown, but nobody vouches for it. */
  seed(pipelineId: string, status: PipelineStatus): void {
    if (!this.#entries.has(pipelineId)) this.#entries.set(pipelineId, blank(pipelineId, status));
  }

  /** From now on these are watched, and the others forgotten. */
  retain(ids: readonly string[]): void {
    this.#watched = new Set(ids);
    for (const id of [...this.#entries.keys()]) {
      if (!this.#watched.has(id)) this.#entries.delete(id);
    }
  }

  /**
   * The server told, or told again, the status of a pipeline, and its fields: undefined for none, `unheard` when nothing was said of
   * them. Returns whether the status is another than before.
   */
  confirm(pipelineId: string, status: PipelineStatus, told: PipelineFields | undefined | 'unheard' = undefined): boolean {
    if (!this.#watched.has(pipelineId)) return false;
    const before = this.#entries.get(pipelineId);
    const fields = told === 'unheard' ? before?.fields : told;
    const fieldsFreshness = told === 'unheard' ? 'stale' : 'fresh';
    const changed = before !== undefined && before.status !== status;
    const after: PipelineSnapshot = {
      pipelineId,
      status,
      previousStatus: changed ? before.status : before?.previousStatus,
      changedAt: changed ? this.environment.wallClock() : before?.changedAt,
      confirmedAt: this.environment.now(),
      freshness: 'fresh',
      staleReason: undefined,
      ...(fields && { fields, fieldsFreshness }),
    };
    this.#entries.set(pipelineId, after);
    const hasOtherFields = !areSame(before?.fields, fields) || before?.fieldsFreshness !== after.fieldsFreshness;
    if (changed || before?.freshness !== 'fresh' || hasOtherFields) this.onChange(after);
    return changed;
  }

  /** A sign of life of a live stream: what was fresh is confirmed anew. Nobody is told, nothing looks different. */
  confirmFresh(): void {
    const confirmedAt = this.environment.now();
    for (const [id, entry] of this.#entries) {
      if (entry.freshness === 'fresh') this.#entries.set(id, { ...entry, confirmedAt });
    }
  }

  /** What was told since `then` was no confirmation: it is as old as the same status was then. Call `markStale` next. */
  unconfirm(pipelineId: string, then: PipelineSnapshot | undefined): void {
    const entry = this.#entries.get(pipelineId);
    if (entry?.freshness !== 'fresh') return;
    const confirmedAt = then?.status === entry.status ? then.confirmedAt : undefined;
    this.#entries.set(pipelineId, { ...entry, confirmedAt });
  }

  markStale(pipelineId: string, staleReason: StaleReason): void {
    if (!this.#watched.has(pipelineId)) return;
    const before = this.#entries.get(pipelineId) ?? blank(pipelineId, 'unknown');
    if (before.staleReason === staleReason && this.#entries.has(pipelineId)) return;
    const after: PipelineSnapshot = { ...before, freshness: 'stale', staleReason, ...(before.fields && { fieldsFreshness: 'stale' }) };
    this.#entries.set(pipelineId, after);
    this.onChange(after);
  }

  /** Nobody vouches for anything. What is known of a pipeline that does not exist, or is not watched, stays as it is. */
  markAllStale(staleReason: StaleReason): void {
    for (const [id, entry] of [...this.#entries]) {
      if (entry.staleReason !== 'pipeline_not_found' && entry.staleReason !== 'too_many_pipelines') this.markStale(id, staleReason);
    }
  }

  /** What was in doubt for one reason is so for another. */
  replaceReason(before: StaleReason, after: StaleReason): void {
    for (const [id, { staleReason }] of [...this.#entries]) if (staleReason === before) this.markStale(id, after);
  }

  /** A complete answer did not name these: the server does not know them (yet). */
  markMissingStale(named: ReadonlySet<string>): void {
    for (const [id, entry] of [...this.#entries]) {
      if (!named.has(id) && entry.freshness === 'fresh') this.markStale(id, 'unconfirmed');
    }
  }
}

function blank(pipelineId: string, status: PipelineStatus): PipelineSnapshot {
  return {
    pipelineId, status, previousStatus: undefined, changedAt: undefined, confirmedAt: undefined, freshness: 'stale',
    staleReason: 'unconfirmed',
  };
}
