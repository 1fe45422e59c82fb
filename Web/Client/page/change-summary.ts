import { label } from './format.js';
import { countByStatus, rankOf } from './row-order.js';

const namedAtMost = 3;

/** A pipeline's latest change. */
export interface Change {
  readonly name: string;
  readonly status: string;
}

/** Changes in words: a few by name, many as "326 pipelines changed: 300 paused, 26 failed." */
export function summarize(changes: readonly Change[]): string {
  if (changes.length <= namedAtMost) return changes.map(({ name, status }) => `${name}: ${label(status)}.`).join(' ');
  const parts = [...countByStatus(changes)]
    .sort(([left, many], [right, more]) => more - many || rankOf(left) - rankOf(right))
    .map(([status, count]) => `${count} ${status}`);
  return `${changes.length} pipelines changed: ${parts.join(', ')}.`;
}
