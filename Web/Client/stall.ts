import type { PipelineSnapshot, SSEEvent } from './contracts.js';
import type { Environment } from './environment.js';
import type { StatusStore } from './status-store.js';

/** A stream that opens during a stall hears of it right after its first batch: no later than this. */
const rightAfter = 1000;

/** The time in which the server can vouch for nothing that it has told: from its word for it to the next batch. */
export class Stall {
  #lasts = false;
  /** What was known of those in the stream's first batch, or in one about added pipelines, as long as nothing has followed that but errors. */
  #beforeBatch: ReadonlyMap<string, PipelineSnapshot | undefined> | undefined;
  #batchAt = 0;

  constructor(
    private readonly environment: Pick<Environment, 'now' | 'console'>,
    private readonly store: StatusStore,
  ) {}

  get lasts(): boolean {
    return this.#lasts;
  }

  /** To be called with every event of the stream, before it is applied. */
  hear(event: SSEEvent, complete: boolean): void {
    if (event.type === 'error') return;
    this.#beforeBatch = event.type === 'batch_update' && (complete || event.revision !== undefined)
      ? new Map(event.updates.map(({ pipelineId }) => [pipelineId, this.store.get(pipelineId)]))
      : undefined;
    this.#batchAt = this.environment.now();
  }

  /** The server's word. Without a pipeline it is about all of them. */
  begin(message: string, pipelineId: string | undefined): void {
    this.#takeBack(pipelineId);
    if (pipelineId !== undefined) {
      this.store.markStale(pipelineId, 'polling_stalled');
      return;
    }
    if (!this.#lasts) this.environment.console.warn(`[SSE Manager] Polling stalled: ${message || 'no status can be confirmed'}`);
    this.#lasts = true;
    this.store.markAllStale('polling_stalled');
  }

  /** A new stream begins with what is known, and whether that can be confirmed is told right after: that is no news. */
  end(isNews: boolean): void {
    if (this.#lasts && isNews) this.environment.console.log('[SSE Manager] Polling goes on');
    this.#lasts = false;
  }

  /** A stalled server begins a stream with what it knew last: nobody can say how old that is. */
  #takeBack(pipelineId: string | undefined): void {
    const before = this.#beforeBatch;
    if (!before || this.environment.now() - this.#batchAt > rightAfter) return;
    for (const id of pipelineId === undefined ? before.keys() : [pipelineId]) if (before.has(id)) this.store.unconfirm(id, before.get(id));
  }
}
