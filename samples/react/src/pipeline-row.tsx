import type { StaleReason } from 'pipeline-status';
import { usePipelineSnapshot } from 'pipeline-status/react';

const reasons: Partial<Record<StaleReason, string>> = {
  pipeline_not_found: 'no such pipeline',
  backend_unavailable: 'the backend does not answer',
  polling_stalled: 'may be out of date',
  connection_lost: 'connection lost',
  offline: 'offline',
  signed_out: 'signed out',
};

/** The last status, and in words whether it can be trusted. */
export function PipelineRow({ id }: { id: string }) {
  const snapshot = usePipelineSnapshot(id);
  const { status = 'unknown', freshness, staleReason } = snapshot ?? {};
  return (
    <li data-pipeline-id={id} data-status={status} data-freshness={freshness}>
      <span className="name">{id}</span>
      <span className="status">{snapshot ? status : 'connecting…'}</span>
      {staleReason && <span className="note">{reasons[staleReason] ?? 'not confirmed'}</span>}
    </li>
  );
}
