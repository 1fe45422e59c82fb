import { ListHold } from './list-hold.js';
import { ListModel } from './list-model.js';
import type { PagePipeline } from './page-pipeline.js';
import { RowMotion } from './row-motion.js';
import { countDifferences } from './row-moves.js';
import { addressQuery, type ListQuery } from './row-order.js';
import { RowView } from './row-view.js';
import { ShowChanges } from './show-changes.js';
import { StatusCounts, write } from './status-counts.js';

/** Lists of so many rows are in the page as a whole, as they always were. */
const wholeUpTo = 400;

/** What the list needs of its page. */
export interface ListPage {
  /** Asks for a frame, in which `prepare` and `place` are called. */
  draw(): void;
  /** Tells those who do not see. */
  say(sentence: string): void;
  get(id: string): PagePipeline | undefined;
  bind(pipeline: PagePipeline, row: HTMLElement): void;
  release(pipeline: PagePipeline): void;
}

interface Plan {
  readonly wanted: readonly PagePipeline[];
  readonly motion: RowMotion;
}

/** Search, filter, order and counts of the list, kept in the address so that a reload shows the same. */
export class ListTools {
  readonly #shownCount = document.querySelector('[data-shown-count]');
  readonly #noMatch = document.querySelector<HTMLElement>('[data-no-match]');
  readonly #counts = new StatusCounts(status => this.#choose(status));
  readonly #hold: ListHold;
  readonly #changes: ShowChanges;
  readonly #model: ListModel<PagePipeline>;
  readonly #view: RowView;
  #query: ListQuery;
  /** What people ask for themselves is done whoever works in the list. */
  #isAskedFor = true;
  #isDue = false;
  #plan: Plan | undefined;

  /** Until all pipelines have come, which `complete` says, the server's counts stand. */
  constructor(
    private readonly form: HTMLFormElement,
    private readonly zone: HTMLElement,
    body: HTMLElement,
    painted: readonly PagePipeline[],
    private isComplete: boolean,
    private readonly page: ListPage,
  ) {
    this.#model = new ListModel(painted);
    this.#query = { search: this.#field('q'), sort: this.#field('sort'), status: new URLSearchParams(location.search).get('status') ?? '' };
    this.#hold = new ListHold(zone, body, () => this.#refresh());
    this.#changes = new ShowChanges(zone, () => this.#ask(), sentence => page.say(sentence));
    this.#view = new RowView(body, painted, {
      bind: (pipeline, row) => page.bind(pipeline, row),
      release: pipeline => page.release(pipeline),
      pinned: () => this.#hold.pinnedIds.map(id => this.#shown(id)).filter(pipeline => pipeline !== undefined),
    });
    this.#listen(form);
    this.#refresh();
  }

  /** The status of pipelines is another than before. */
  statusesChanged(): void {
    this.#model.statusesChanged();
    this.#refresh();
  }

  /** Pipelines have come into being, or are gone. */
  change(added: readonly PagePipeline[], removed: readonly PagePipeline[]): void {
    this.#model.change(added, removed);
    this.#refresh();
  }

  /** The pipelines that the server has not painted were there before: they come whoever works in the list. */
  complete(rest: readonly PagePipeline[]): void {
    this.isComplete = true;
    this.#isAskedFor = true;
    this.change(rest, []);
  }

  /** Decides what will move, and where from: before anything is written in this frame. */
  prepare(): void {
    this.#plan = undefined;
    if (!this.#isDue) return;
    const wanted = this.#model.wanted(this.#query);
    const differences = countDifferences(this.#view.order, wanted);
    // A button that has nothing to show any more goes, and must not take the focus with it.
    if (this.#hold.isHeld && !this.#isAskedFor && (differences > 0 || !this.#changes.hasFocus)) {
      this.#changes.offer(differences, this.#hold.hasReader);
      return;
    }
    this.#plan = { wanted, motion: new RowMotion(this.#view.elements, this.#isAskedFor && !this.#hold.isHeld ? 0 : differences) };
  }

  /** Puts the rows where they belong, and counts them. */
  place(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#counts.show(this.isComplete ? this.#model.counts() : undefined, this.#model.size, this.#query.status);
    if (this.#plan) this.#carryOut(this.#plan);
  }

  #carryOut({ wanted, motion }: Plan): void {
    const target = this.#hold.focusedId !== undefined || this.#changes.hasFocus ? this.#nearest(wanted) : undefined;
    const returns = target !== undefined || this.#changes.hasFocus;
    this.#view.show(wanted, this.#model.size <= wholeUpTo, target);
    this.#isAskedFor = false;
    if (returns) this.#returnFocus(target);
    this.#changes.end();
    motion.play();
    if (this.isComplete) write(this.#shownCount, wanted.length);
    if (this.#noMatch && this.#noMatch.hidden !== wanted.length > 0) this.#noMatch.hidden = wanted.length > 0;
  }

  /** The row where the focus goes on: the one that has or had it, else the nearest that is still there. */
  #nearest(wanted: readonly PagePipeline[]): PagePipeline | undefined {
    const { lastId } = this.#hold;
    const before = this.#view.order;
    const at = lastId === undefined ? -1 : before.findIndex(({ id }) => id === lastId);
    if (at < 0) return undefined;
    const stays = new Set(wanted);
    return before.slice(at).find(row => stays.has(row)) ?? before.slice(0, at).reverse().find(row => stays.has(row));
  }

  #returnFocus(target: PagePipeline | undefined): void {
    const row = target && this.#view.rowOf(target);
    if (row?.contains(document.activeElement)) return;
    const element = row?.querySelector('a') ?? this.zone;
    element.focus({ preventScroll: row === undefined });
  }

  #shown(id: string): PagePipeline | undefined {
    const pipeline = this.page.get(id);
    return pipeline && this.#view.rowOf(pipeline) ? pipeline : this.#view.order.find(row => row.id === id);
  }

  #refresh(): void {
    this.#isDue = true;
    this.page.draw();
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
    this.#refresh();
  }

  #field(name: string): string {
    return String(new FormData(this.form).get(name) ?? '');
  }
}
