import type { SSEEvent } from './contracts.js';

/** The part of an event that concerns some pipelines; undefined when there is none. */
export function partFor(concerns: (pipelineId: string) => boolean, event: SSEEvent): SSEEvent | undefined {
  if (event.type === 'batch_update') return { ...event, updates: event.updates.filter(({ pipelineId }) => concerns(pipelineId)) };
  return !('pipelineId' in event) || event.pipelineId === undefined || concerns(event.pipelineId) ? event : undefined;
}
