import { rowFor } from './list-row.js';
import type { PagePipeline } from './page-pipeline.js';
import { RowHeights } from './row-heights.js';
import { rowsToMove } from './row-moves.js';
import { covers, nextRange, rangeAt, withPinned, type RowRange } from './row-ranges.js';

/** Rows are there from so far outside the screen on, and made from twice as far on: at least so many pixels, and a screen. */
const leastMargin = 400;

/** So many new rows beyond those that are seen cost a fraction of a frame of script, style and layout, on a slow machine too. */
const rowsAtOnce = 12;

/** What happens to rows that come to the page, or leave it. */
export interface RowEvents {
  bind(pipeline: PagePipeline, row: HTMLElement): void;
  release(pipeline: PagePipeline): void;
  /** The rows that must stay in the page wherever it is scrolled to. */
  pinned(): readonly PagePipeline[];
}

/** The rows of the table: of a long list only those on and near the screen, and space in the place of the others. */
export class RowView {
  readonly #heights = new RowHeights<PagePipeline>(({ id, name }) => id === name);
  readonly #rows = new Map<PagePipeline, HTMLElement>();
  readonly #table: HTMLElement | null;
  #order: readonly PagePipeline[] = [];
  #places: ReadonlyMap<PagePipeline, number> = new Map();
  #ranges: readonly RowRange[] = [];
  #drawn: readonly PagePipeline[] = [];
  #spaces: HTMLElement[] = [];
  #isWhole = true;
  #isScheduled = false;
  #isGrowing = false;

  constructor(private readonly body: HTMLElement, painted: readonly PagePipeline[], private readonly events: RowEvents) {
    this.#table = body.closest('table');
    const byId = new Map(painted.map(pipeline => [pipeline.id, pipeline]));
    const drawn: PagePipeline[] = [];
    for (const row of body.querySelectorAll<HTMLElement>('tr[data-pipeline-id]')) {
      const pipeline = byId.get(row.dataset['pipelineId'] ?? '');
      if (!pipeline) continue;
      this.#rows.set(pipeline, row);
      if (!row.hidden) drawn.push(pipeline);
    }
    this.#drawn = [...this.#rows.keys()];
    this.#order = drawn;
    window.addEventListener('scroll', () => this.#schedule(), { passive: true });
    // Tab may be pressed again before there is a frame: the next row must be there.
    body.addEventListener('focusin', () => this.#follow());
    window.addEventListener('resize', () => {
      this.#heights.forget();
      this.#schedule();
    });
  }

  /** What is shown, in its order, whether or not it has a row now. */
  get order(): readonly PagePipeline[] {
    return this.#order;
  }

  /** The rows that are in the page and not hidden. */
  get elements(): readonly HTMLElement[] {
    return this.#drawn.map(pipeline => this.#rows.get(pipeline)!).filter(row => !row.hidden);
  }

  rowOf(pipeline: PagePipeline): HTMLElement | undefined {
    return this.#rows.get(pipeline);
  }

  /**
   * Shows these and no others, with all rows in the page or only those near the screen. The row that has the focus stays as it is;
   * `kept` has a row in any case.
   */
  show(order: readonly PagePipeline[], isWhole: boolean, kept?: PagePipeline): void {
    // Most often statuses are others, and the order is the same: no layout is read, nor undone.
    if (this.#order === order && this.#isWhole === isWhole && !kept) return;
    if (this.#order !== order) this.#places = new Map(order.map((pipeline, place) => [pipeline, place]));
    if (!isWhole) this.#measure();
    this.#order = order;
    this.#isWhole = isWhole;
    this.#draw(this.#withPinned(this.#rangesAt(2)[0]!, kept));
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isWhole) return;
    this.#isScheduled = true;
    window.requestAnimationFrame(() => {
      this.#isScheduled = false;
      this.#follow();
    });
  }

  /** The page has been scrolled. What is seen comes at once, the rest a few rows in each frame. */
  #follow(): void {
    if (this.#isWhole) return;
    const [seen, needed, wanted] = this.#rangesAt(0, 1, 2);
    if (!this.#isGrowing && this.#withPinned(needed!).every(range => covers(this.#ranges, range))) return;
    this.#measure();
    const next = nextRange(this.#ranges, seen!, wanted!, rowsAtOnce);
    this.#draw(this.#withPinned(next));
    this.#isGrowing = !covers([next], wanted!);
    if (this.#isGrowing) this.#schedule();
  }

  /** The rows on the screen and so many margins around it: for each number of margins. */
  #rangesAt(...margins: readonly number[]): readonly RowRange[] {
    if (this.#isWhole) return margins.map(() => ({ from: 0, to: this.#order.length }));
    const { innerHeight } = window;
    const top = -this.body.getBoundingClientRect().top;
    const offsets = this.#heights.offsets(this.#order);
    return margins.map(count => count * Math.max(leastMargin, innerHeight / 2)).map(margin => rangeAt(offsets, top - margin, top + innerHeight + margin));
  }

  #withPinned(range: RowRange, kept?: PagePipeline): readonly RowRange[] {
    if (this.#isWhole) return [range];
    const pinned = [...this.events.pinned(), ...(kept ? [kept] : [])].map(pipeline => this.#places.get(pipeline));
    return withPinned(range, pinned.filter(place => place !== undefined), this.#order.length);
  }

  /** Reads how high rows are, with what is between them. */
  #measure(): void {
    const heights = new Map<PagePipeline, number>();
    let below: { readonly row: Element; readonly top: number } | undefined;
    for (const pipeline of [...this.#drawn].reverse()) {
      const row = this.#rows.get(pipeline)!;
      if (row.hidden) continue;
      const { top, bottom } = row.getBoundingClientRect();
      const next = row.nextElementSibling;
      heights.set(pipeline, (next && next === below?.row ? below.top : next?.getBoundingClientRect().top ?? bottom) - top);
      below = { row, top };
    }
    this.#heights.learn(heights);
  }

  #draw(ranges: readonly RowRange[]): void {
    const wanted = ranges.flatMap(({ from, to }) => this.#order.slice(from, to));
    const staying = new Set(wanted);
    for (const space of this.#spaces.splice(0)) space.remove();
    for (const pipeline of this.#drawn) if (!staying.has(pipeline)) this.#remove(pipeline);
    const present = this.#drawn.filter(pipeline => staying.has(pipeline));
    const moving = rowsToMove(present, wanted.filter(pipeline => this.#rows.has(pipeline)), this.#focused(present));
    let next: Element | null = null;
    for (let index = wanted.length - 1; index >= 0; index--) {
      const pipeline = wanted[index]!;
      const row = this.#rows.get(pipeline);
      if (!row || moving.has(pipeline)) this.body.insertBefore(row ?? this.#add(pipeline), next);
      next = this.#rows.get(pipeline)!;
      if (row?.hidden) row.hidden = false;
    }
    this.#drawn = wanted;
    this.#ranges = ranges;
    this.#fillSpaces();
    this.#number();
  }

  #focused(present: readonly PagePipeline[]): PagePipeline | undefined {
    const focused = document.activeElement?.closest('tr');
    return focused ? present.find(pipeline => this.#rows.get(pipeline) === focused) : undefined;
  }

  #add(pipeline: PagePipeline): HTMLElement {
    const row = rowFor(pipeline);
    this.#rows.set(pipeline, row);
    this.events.bind(pipeline, row);
    return row;
  }

  #remove(pipeline: PagePipeline): void {
    this.#rows.get(pipeline)?.remove();
    this.#rows.delete(pipeline);
    this.events.release(pipeline);
  }

  /** Space before, between and after the ranges, as high as the rows that would be there. */
  #fillSpaces(): void {
    if (this.#isWhole) return;
    const offsets = this.#heights.offsets(this.#order);
    let end = 0;
    for (const { from, to } of this.#ranges) {
      this.#space(offsets[from]! - offsets[end]!, this.#rows.get(this.#order[from]!) ?? null);
      end = to;
    }
    this.#space(offsets[this.#order.length]! - offsets[end]!, null);
  }

  #space(height: number, before: Element | null): void {
    if (height <= 0) return;
    const space = document.createElement('tr');
    space.className = 'space';
    space.setAttribute('aria-hidden', 'true');
    space.style.height = `${height}px`;
    this.body.insertBefore(space, before);
    this.#spaces.push(space);
  }

  /** A reader who does not see the table hears where in it a row is. */
  #number(): void {
    if (this.#isWhole) this.#table?.removeAttribute('aria-rowcount');
    else this.#table?.setAttribute('aria-rowcount', String(this.#order.length + 1));
    for (const range of this.#ranges) {
      for (let place = range.from; place < range.to; place++) {
        const row = this.#rows.get(this.#order[place]!);
        if (this.#isWhole) row?.removeAttribute('aria-rowindex');
        else row?.setAttribute('aria-rowindex', String(place + 2));
      }
    }
  }
}
