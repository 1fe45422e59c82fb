import type { Environment, ResponseLike } from './environment.js';

const longest = 3_600_000;

/** The least time until the next request, in milliseconds, as the answer to one says; 0 when it says nothing. */
export function retryAfterOf(response: ResponseLike, environment: Pick<Environment, 'wallClock'>): number {
  const header = response.headers.get('Retry-After');
  if (!header) return 0;
  const delay = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - environment.wallClock();
  return Number.isFinite(delay) ? Math.min(Math.max(delay, 0), longest) : 0;
}
