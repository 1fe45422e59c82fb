import type { ConnectionState, StaleReason, PipelineSnapshot, TransportInfo } from '../pipeline-status.js';

export function label(status: string): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}

/** How long ago something was; the server's first paint says it in the same words. */
export function ago(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** Why nobody vouches for a status, in words. */
export const reasons: Record<StaleReason, string> = {
  unconfirmed: 'not confirmed yet',
  connection_lost: 'connection lost',
  offline: 'offline',
  signed_out: 'signed out',
  polling_stalled: 'may be out of date',
  backend_unavailable: 'backend does not answer',
  pipeline_not_found: 'no such pipeline',
  too_many_pipelines: 'not watched: too many pipelines',
};

/** Whether a status can be trusted right now, and if not, why, and how old it is. */
export function freshnessWords(snapshot: PipelineSnapshot, now: number, live: boolean): string {
  if (snapshot.freshness === 'fresh') return live ? 'live' : 'up to date';
  const { staleReason = 'unconfirmed', confirmedAt } = snapshot;
  const why = reasons[staleReason];
  return confirmedAt === undefined ? why : `${why}, ${staleReason === 'pipeline_not_found' ? 'last seen' : 'confirmed'} ${ago(now - confirmedAt)}`;
}

/** The state of the connection for people. */
export function connectionWords(state: ConnectionState, info: TransportInfo, now: number, pollInterval: number): string {
  if (info.problem === 'signed_out') return 'Signed out';
  if (info.transport === 'polling') {
    return info.pollingProblem === undefined ? `Polling every ${seconds(pollInterval)}` : 'Polling, no answer';
  }
  switch (state) {
    case 'connected':
      return info.stalled ? 'Connected, waiting for confirmation' : 'Live';
    case 'connecting':
      return 'Connecting';
    case 'reconnecting': {
      const wait = info.nextAttemptAt === undefined ? 0 : Math.ceil((info.nextAttemptAt - now) / 1000);
      const when = wait > 0 ? ` in ${wait} s` : '';
      return `Reconnecting${when}, attempt ${info.attempt} of ${info.maxAttempts}`;
    }
    case 'error':
      return 'Not connected';
    case 'disconnected':
      return navigator.onLine ? 'Not connected' : 'Offline';
  }
}

export function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
