import type { ResolvedConfig } from './config.js';
import type { TransportInfo } from './contracts.js';
import type { Fallback } from './fallback.js';
import { PollError } from './poll-request.js';
import type { Polls } from './polls.js';
import type { Session } from './session.js';
import type { Stall } from './stall.js';
import type { Progress } from './stream-connection.js';

/** What tells how statuses arrive. */
interface TransportParts {
  readonly isPolling: boolean;
  readonly fallback: Fallback;
  readonly stall: Stall;
  readonly polls: Polls;
  readonly session: Session;
  readonly progress: Progress;
  readonly config: ResolvedConfig;
}

/** How statuses arrive at the moment, for those outside. */
export function transportInfo({ isPolling, fallback, stall, polls, session, progress, config }: TransportParts): TransportInfo {
  const { attempt, nextAttemptAt, error } = progress;
  return {
    transport: isPolling ? 'polling' : 'sse',
    fallbackActive: fallback.isActive,
    stalled: stall.lasts,
    silent: polls.isBeside,
    // During the fallback polls tell.
    mayNeedSignIn: session.isInDoubt || [fallback.isActive ? undefined : error, polls.error].some(problem => problem instanceof PollError && problem.mayNeedSignIn),
    attempt,
    maxAttempts: config.maxReconnectAttempts,
    nextAttemptAt,
    problem: session.isInDoubt ? 'signed_out' : error?.message,
    error,
    pollingProblem: polls.error?.message,
  };
}

export function sameInfo(left: TransportInfo, right: TransportInfo): boolean {
  return (Object.keys(left) as Array<keyof TransportInfo>).every(key => left[key] === right[key]);
}
