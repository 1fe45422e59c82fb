import type { PipelineFields, PipelineStatus, SSEBatchUpdateEvent, SSEErrorEvent, SSEEvent, StaleReason } from './contracts.js';
import type { Environment } from './environment.js';
import { merged } from './pipeline-fields.js';
import type { Stall } from './stall.js';
import type { StatusStore } from './status-store.js';

/** What the events of a stream, and the answers to polls, mean for what is known. */
export class StatusEvents {
  constructor(
    private readonly environment: Pick<Environment, 'console'>,
    private readonly store: StatusStore,
    private readonly stall: Stall,
    private readonly wantsFields = false,
  ) {}

  /** `complete` marks the first batch of a stream: what it does not name is not known to the server, or told by a later one. */
  take(event: SSEEvent, complete: boolean): void {
    this.stall.hear(event, complete);
    switch (event.type) {
      case 'batch_update':
        this.environment.console.log(`[SSE Manager] Batch update: ${event.updates.length} pipelines`);
        this.#apply(event, complete, false);
        if (event.revision === undefined) this.stall.end(!complete);
        // What is added during a stall can be confirmed no better than the rest.
        else if (this.stall.lasts) for (const { pipelineId } of event.updates) this.stall.begin('', pipelineId);
        break;
      case 'status_update': {
        const { pipelineId, status } = event;
        const before = event.previousStatus ?? this.store.get(pipelineId)?.status ?? 'unknown';
        this.environment.console.log(`[SSE Manager] Status update: ${pipelineId} ${before} -> ${status}`);
        // A status first known after the batch comes with all the fields there are.
        this.#confirm(pipelineId, status, event.previousStatus ? merged(this.store.get(pipelineId)?.fields, event.fields) : merged({}, event.fields));
        break;
      }
      case 'fields_update': {
        const known = this.store.get(event.pipelineId);
        if (known) this.#confirm(known.pipelineId, known.status, merged(known.fields, event.fields));
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
    this.#apply(batch, true, true);
  }

  #apply(batch: SSEBatchUpdateEvent, complete: boolean, isPolled: boolean): void {
    for (const { pipelineId, status, fields } of batch.updates) {
      this.#confirm(pipelineId, status, isPolled ? 'unheard' : merged({}, fields));
    }
    if (complete) this.store.markMissingStale(new Set(batch.updates.map(update => update.pipelineId)));
  }

  /** A stream that tabs share may bring fields for another one. */
  #confirm(pipelineId: string, status: PipelineStatus, fields: PipelineFields | undefined | 'unheard'): void {
    this.store.confirm(pipelineId, status, this.wantsFields ? fields : undefined);
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
