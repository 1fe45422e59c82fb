import { byName, countByStatus, inOrder, matcher, merged, type ListQuery, type RowFacts } from './row-order.js';

/** All rows of the list, also those that nobody sees, and which of them people asked for. */
export class ListModel<Row extends RowFacts> {
  #named: readonly Row[];
  #wanted: readonly Row[] | undefined;
  #asked: ListQuery | undefined;

  constructor(rows: readonly Row[]) {
    this.#named = byName(rows);
  }

  get size(): number {
    return this.#named.length;
  }

  change(added: readonly Row[], removed: readonly Row[]): void {
    const gone = new Set(removed);
    this.#named = merged(gone.size === 0 ? this.#named : this.#named.filter(row => !gone.has(row)), byName(added));
    this.#wanted = undefined;
  }

  /** The status of some rows is another than before. */
  statusesChanged(): void {
    if (!this.#asked || dependsOnStatus(this.#asked)) this.#wanted = undefined;
  }

  /** The rows asked for, in their order: the same object until that may be another. */
  wanted(query: ListQuery): readonly Row[] {
    if (!this.#wanted || this.#asked !== query) {
      this.#wanted = inOrder(this.#named.filter(matcher(query)), query.sort);
      this.#asked = query;
    }
    return this.#wanted;
  }

  counts(): ReadonlyMap<string, number> {
    return countByStatus(this.#named);
  }
}

function dependsOnStatus({ status, sort }: ListQuery): boolean {
  return status !== '' || sort !== 'name';
}
