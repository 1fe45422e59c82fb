import type { PipelineSnapshot, PipelineStatus, TransportInfo } from '../index.js';
import { words } from './words.js';

/**
 * What an element can say of its pipeline: nothing yet, the status, the last status that nobody vouches for now, that there is no such
 * pipeline, or that its status cannot be had.
 */
export type ElementState = 'connecting' | 'fresh' | 'stale' | 'not-found' | 'unavailable';

/** What an element shows. */
export interface ElementView {
  readonly state: ElementState;
  /** The last status told; undefined when none was. */
  readonly status: PipelineStatus | undefined;
  readonly label: string;
  /** What is wrong; empty while nothing is. */
  readonly note: string;
}

/** What is trouble for a pipeline of which nothing is known. */
export type Trouble = Pick<TransportInfo, 'transport' | 'problem' | 'pollingProblem'>;

/** `now` is of the clock that snapshots are confirmed by, `wallClock` the same moment in Unix milliseconds. */
export function viewOf(
  pipelineId: string, snapshot: PipelineSnapshot | undefined, { transport, problem, pollingProblem }: Trouble, now: number, wallClock: number,
): ElementView {
  const { status, staleReason, confirmedAt } = snapshot ?? {};
  if (!pipelineId || staleReason === 'pipeline_not_found') return without('not-found', words.pipeline_not_found);
  if (status && !staleReason) return { state: 'fresh', status, label: words[status], note: '' };
  // Of a status that was told, but never confirmed, nobody knows how old it is.
  if (status && staleReason && (confirmedAt !== undefined || status !== 'unknown')) {
    const age = confirmedAt === undefined ? '' : `, ${words.confirmed} ${timeOf(wallClock - (now - confirmedAt), wallClock)}`;
    return { state: 'stale', status, label: words[status], note: words[staleReason] + age };
  }
  if (staleReason && staleReason !== 'unconfirmed') return without('unavailable', words[staleReason]);
  if (problem === 'signed_out') return without('unavailable', words.signed_out);
  // During the fallback the stream's problem is the reason for it, and no trouble.
  const trouble = transport === 'polling' ? pollingProblem : problem;
  return trouble === undefined ? without('connecting', '') : without('unavailable', words.connection_lost);
}

function without(state: 'connecting' | 'not-found' | 'unavailable', note: string): ElementView {
  return { state, status: undefined, label: words[state], note };
}

/** A time of day stays true without being written again, and names its day when that is another one. */
function timeOf(moment: number, now: number): string {
  const [then, today] = [new Date(moment), new Date(now)];
  const isToday = then.toDateString() === today.toDateString();
  return then.toLocaleString(undefined, isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
}
