import { ListHold } from './list-hold.js';
import type { PipelineElement } from './pipeline-element.js';
import { countDifferences, rowsToMove } from './row-moves.js';
import { addressQuery, byName, countByStatus, inOrder, matcher, type ListQuery } from './row-order.js';
import { RowMotion } from './row-motion.js';
import { ShowChanges } from './show-changes.js';
import { StatusCounts, write } from './status-counts.js';

interface Plan {
  readonly order: readonly PipelineElement[];
  readonly shown: ReadonlySet<PipelineElement>;
  readonly moving: ReadonlySet<PipelineElement>;
  readonly motion: RowMotion;
}

/** Search, filter, order and counts of the list, kept in the address so that a reload shows the same. */
export class ListTools {
  readonly #form = document.querySelector<HTMLFormElement>('[data-tools]');
  readonly #zone = document.querySelector<HTMLElement>('[data-list]');
  readonly #body = document.querySelector('[data-pipelines] tbody');
  readonly #shownCount = document.querySelector('[data-shown-count]');
  readonly #noMatch = document.querySelector<HTMLElement>('[data-no-match]');
  readonly #counts = new StatusCounts(status => this.#choose(status));
  readonly #hold: ListHold | undefined;
  readonly #changes: ShowChanges | undefined;
  #query: ListQuery;
  #named: readonly PipelineElement[];
  /** The rows as they stand in the table. */
  #present: readonly PipelineElement[];
  /** What people ask for themselves is done whoever works in the list. */
  #isAskedFor = true;
  #plan: Plan | undefined;

  #isDue = false;

  /** `schedule` asks for a frame, in which `prepare` and `place` are called; `announce` tells those who do not see. */
  constructor(
    rows: readonly PipelineElement[],
    private readonly schedule: () => void,
    announce: (sentence: string) => void,
  ) {
    this.#named = byName(rows);
    this.#present = rows;
    this.#query = { search: this.#field('q'), sort: this.#field('sort'), status: new URLSearchParams(location.search).get('status') ?? '' };
    if (!this.#form) return;
    if (this.#zone && this.#body) {
      this.#hold = new ListHold(this.#zone, this.#body, () => this.refresh());
      this.#changes = new ShowChanges(this.#zone, () => this.#ask(), announce);
    }
    this.#listen(this.#form);
    this.refresh();
  }

  /** Something that order, filters or counts depend on is another than before. */
  refresh(): void {
    this.#isDue = true;
    this.schedule();
  }

  /** Rows that have come to the end of the table, hidden until there is a place for them. */
  add(rows: readonly PipelineElement[]): void {
    this.#named = byName([...this.#named, ...rows]);
    this.#present = [...this.#present, ...rows];
    this.refresh();
  }

  /** Decides what will move, and where from: before anything is written in this frame. */
  prepare(): void {
    this.#plan = undefined;
    if (!this.#form || !this.#isDue) return;
    const order = inOrder(this.#named, this.#query.sort);
    const wanted = order.filter(matcher(this.#query));
    const visible = this.#present.filter(row => !row.element.hidden);
    const differences = countDifferences(visible, wanted);
    // A button that has nothing to show any more goes, and must not take the focus with it.
    if (this.#hold?.isHeld && !this.#isAskedFor && (differences > 0 || !this.#changes?.hasFocus)) {
      this.#changes?.offer(differences, this.#hold.hasReader);
      return;
    }
    const focused = this.#hold?.focusedRow;
    const pinned = this.#present.find(row => row.element === focused);
    this.#plan = {
      order,
      shown: new Set(wanted),
      moving: rowsToMove(this.#present, order, pinned),
      motion: new RowMotion(visible.map(row => row.element), this.#isAskedFor && !this.#hold?.isHeld ? 0 : differences),
    };
  }

  /** Puts the rows where they belong, and counts them. */
  place(): void {
    if (!this.#form || !this.#isDue) return;
    this.#isDue = false;
    this.#counts.show(countByStatus(this.#named), this.#named.length, this.#query.status);
    if (this.#plan) this.#carryOut(this.#plan);
  }

  #carryOut({ order, shown, moving, motion }: Plan): void {
    const before = this.#present;
    const focused = this.#hold?.focusedRow;
    const returns = this.#changes?.hasFocus === true || focused !== undefined;
    const last = this.#hold?.lastRow;
    for (const row of order) {
      const isHidden = !shown.has(row);
      if (row.element.hidden !== isHidden) row.element.hidden = isHidden;
    }
    this.#move(order, moving);
    this.#present = order;
    this.#isAskedFor = false;
    if (returns) this.#returnFocus(before, shown, last);
    this.#changes?.end();
    motion.play();
    write(this.#shownCount, shown.size);
    if (this.#noMatch && this.#noMatch.hidden !== shown.size > 0) this.#noMatch.hidden = shown.size > 0;
  }

  #move(order: readonly PipelineElement[], moving: ReadonlySet<PipelineElement>): void {
    if (moving.size === 0) return;
    let next: Element | null = null;
    for (let index = order.length - 1; index >= 0; index--) {
      const row = order[index]!;
      if (moving.has(row)) this.#body?.insertBefore(row.element, next);
      next = row.element;
    }
  }

  /** The focus goes on where it was: at its row, else at the nearest that is still there, else at the list itself. */
  #returnFocus(before: readonly PipelineElement[], shown: ReadonlySet<PipelineElement>, last: HTMLElement | undefined): void {
    const at = before.findIndex(row => row.element === last);
    const nearest = at < 0 ? undefined : before.slice(at).find(row => shown.has(row)) ?? before.slice(0, at).reverse().find(row => shown.has(row));
    const active = document.activeElement;
    if (nearest?.element.contains(active)) return;
    const target = nearest?.element.querySelector('a') ?? this.#zone;
    target?.focus({ preventScroll: nearest === undefined });
  }

  #listen(form: HTMLFormElement): void {
    form.querySelector('[data-apply]')?.remove();
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('input', () => this.#ask());
    document.querySelector('[data-clear]')?.addEventListener('click', event => {
      event.preventDefault();
      const search = form.querySelector<HTMLInputElement>('[name=q]');
      if (search) search.value = '';
      this.#choose('');
      search?.focus();
    });
  }

  #choose(status: string): void {
    this.#query = { ...this.#query, status };
    this.#ask();
  }

  #ask(): void {
    this.#query = { ...this.#query, search: this.#field('q'), sort: this.#field('sort') };
    this.#isAskedFor = true;
    const query = addressQuery(this.#query);
    const address = query ? `?${query}` : location.pathname;
    if (address !== (location.search || location.pathname)) history.replaceState(history.state, '', address);
    this.refresh();
  }

  #field(name: string): string {
    return this.#form ? String(new FormData(this.#form).get(name) ?? '') : '';
  }
}
