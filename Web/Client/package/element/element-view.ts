import type { PipelineSnapshot, PipelineStatus, StaleReason, TransportInfo } from '../index.js';
import { words, type Word } from './words.js';

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
  /** Why it cannot be trusted; undefined while it can, or nothing is known yet. */
  readonly reason: StaleReason | undefined;
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
  if (!pipelineId) return without('not-found', 'pipeline_not_found', 'no-id');
  if (staleReason === 'pipeline_not_found') return without('not-found', staleReason);
  if (status && !staleReason) return { state: 'fresh', status, label: words[status], reason: undefined, note: '' };
  // Of a status that was told, but never confirmed, nobody knows how old it is.
  if (status && staleReason && (confirmedAt !== undefined || status !== 'unknown')) {
    const age = confirmedAt === undefined ? '' : `, ${words.confirmed} ${timeOf(wallClock - (now - confirmedAt), wallClock)}`;
    return { state: 'stale', status, label: words[status], reason: staleReason, note: words[staleReason] + age };
  }
  if (staleReason && staleReason !== 'unconfirmed') return without('unavailable', staleReason);
  if (problem === 'signed_out') return without('unavailable', 'signed_out');
  // During the fallback the stream's problem is the reason for it, and no trouble.
  const trouble = transport === 'polling' ? pollingProblem : problem;
  return trouble === undefined ? without('connecting') : without('unavailable', 'connection_lost');
}

/** Where no status was ever told there was no connection that could be lost. */
function without(
  state: 'connecting' | 'not-found' | 'unavailable', reason?: StaleReason, note: Word | undefined = reason === 'connection_lost' ? 'no-connection' : reason,
): ElementView {
  return { state, status: undefined, label: words[state], reason, note: note ? words[note] : '' };
}

/** A time of day stays true without being written again, and names its day when that is another one. */
function timeOf(moment: number, now: number): string {
  const [then, today] = [new Date(moment), new Date(now)];
  const isToday = then.toDateString() === today.toDateString();
  return then.toLocaleString(undefined, isToday ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
}
