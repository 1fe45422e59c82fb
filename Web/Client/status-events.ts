import type { SSEBatchUpdateEvent, SSEErrorEvent, SSEEvent, StaleReason } from './contracts.js';
import type { Environment } from './environment.js';
import type { Stall } from './stall.js';
import type { StatusStore } from './status-store.js';

/** What the events of a stream, and the answers to polls, mean for what is known. */
export class StatusEvents {
  constructor(
    private readonly environment: Pick<Environment, 'console'>,
    private readonly store: StatusStore,
    private readonly stall: Stall,
  ) {}

  /** `complete` marks the first batch of a stream: what it does not name is not known to the server, or told by a later one. */
  take(event: SSEEvent, complete: boolean): void {
    this.stall.hear(event, complete);
    switch (event.type) {
      case 'batch_update':
        this.environment.console.log(`[SSE Manager] Batch update: ${event.updates.length} pipelines`);
        this.#apply(event, complete);
        if (event.revision === undefined) this.stall.end(!complete);
        // What is added during a stall can be confirmed no better than the rest.
        else if (this.stall.lasts) for (const { pipelineId } of event.updates) this.stall.begin('', pipelineId);
        break;
      case 'status_update': {
        const { pipelineId, status } = event;
        const before = event.previousStatus ?? this.store.get(pipelineId)?.status ?? 'unknown';
        this.environment.console.log(`[SSE Manager] Status update: ${pipelineId} ${before} -> ${status}`);
        this.store.confirm(pipelineId, status);
        break;
      }
      case 'heartbeat':
        // The server beats on while it can vouch for nothing.
        if (!this.stall.lasts) this.store.confirmFresh();
        break;
      case 'error':
        this.#trouble(event);
        break;
    }
  }

  /** An answer to a poll is a confirmation of its own, whatever the stream said before. */
  takePoll(batch: SSEBatchUpdateEvent): void {
    this.stall.end(false);
    this.#apply(batch, true);
  }

  #apply(batch: SSEBatchUpdateEvent, complete: boolean): void {
    for (const { pipelineId, status } of batch.updates) this.store.confirm(pipelineId, status);
    if (complete) this.store.markMissingStale(new Set(batch.updates.map(update => update.pipelineId)));
  }

  /** Codes that nobody knows here, and that say nothing of a pipeline, are left to newer clients. */
  #trouble({ code, pipelineId, message }: SSEErrorEvent): void {
    if (code === 'polling_stalled') {
      this.stall.begin(message, pipelineId);
      return;
    }
    const staleReason: StaleReason = code === 'pipeline_not_found' || code === 'too_many_pipelines' ? code : 'backend_unavailable';
    if (pipelineId !== undefined) this.store.markStale(pipelineId, staleReason);
    else if (code === 'backend_unavailable') this.store.markAllStale(staleReason);
  }
}
