import { pipelineStatuses } from '../pipeline-status.js';

/** What order and filters look at. */
export interface RowFacts {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** Unix milliseconds by this machine's clock. */
  readonly changedAt: number | undefined;
}

/** Which rows people asked for, and in which order: `name`, `status` or `changed`, the latest first. */
export interface ListQuery {
  readonly search: string;
  readonly status: string;
  readonly sort: string;
}

// As on the server: what needs eyes comes first.
const ranks = new Map<string, number>(['failed', ...pipelineStatuses.filter(status => status !== 'failed')].map((status, rank) => [status, rank]));
const collator = new Intl.Collator();

/** Where a status stands among the others when sorted by it. */
export function rankOf(status: string): number {
  return ranks.get(status) ?? ranks.size;
}

export function byName<Row extends RowFacts>(rows: readonly Row[]): Row[] {
  return [...rows].sort((left, right) => collator.compare(left.name, right.name));
}

/** Two lists that are each in the order of their names, as one. */
export function merged<Row extends RowFacts>(left: readonly Row[], right: readonly Row[]): readonly Row[] {
  if (right.length === 0) return left;
  const all: Row[] = [];
  let next = 0;
  for (const row of left) {
    while (next < right.length && collator.compare(right[next]!.name, row.name) < 0) all.push(right[next++]!);
    all.push(row);
  }
  return [...all, ...right.slice(next)];
}

/** Rows that are in the order of their names, in the order asked for. */
export function inOrder<Row extends RowFacts>(named: readonly Row[], sort: string): readonly Row[] {
  if (sort === 'status') {
    const groups: Row[][] = Array.from({ length: ranks.size + 1 }, () => []);
    for (const row of named) groups[rankOf(row.status)]!.push(row);
    return groups.flat();
  }
  if (sort === 'changed') return [...named].sort((left, right) => (right.changedAt ?? 0) - (left.changedAt ?? 0));
  return named;
}

/** Tells of a row whether it is one of those asked for. */
export function matcher({ search, status }: ListQuery): (row: RowFacts) => boolean {
  const wanted = search.trim().toLowerCase();
  return row => (status === '' || row.status === status)
    && (wanted === '' || row.name.toLowerCase().includes(wanted) || row.id.toLowerCase().includes(wanted));
}

export function countByStatus(rows: Iterable<Pick<RowFacts, 'status'>>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of rows) counts.set(status, (counts.get(status) ?? 0) + 1);
  return counts;
}

/** The query of the address that shows the same after a reload; empty for everything by name. */
export function addressQuery({ search, status, sort }: ListQuery): string {
  const query = new URLSearchParams();
  if (search.trim()) query.set('q', search.trim());
  if (status) query.set('status', status);
  if (sort !== 'name') query.set('sort', sort);
  return query.toString();
}
