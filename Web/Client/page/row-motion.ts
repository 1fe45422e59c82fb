const duration = 220;
const movesAtMost = 40;
const rowsAtMost = 400;

/** Whether the reader asked for little motion. */
function isStill(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** Lights an element up for a moment, to say that it has changed. Reads no layout. */
export function flash(element: HTMLElement, before: Animation | undefined): Animation | undefined {
  before?.cancel();
  return isStill() ? undefined : element.animate([{ offset: 0, backgroundColor: 'var(--flash)' }], { duration: 1600, easing: 'ease-out' });
}

/** Lets rows glide from where they were to where they are: made before they move, played after. Many at once just are there. */
export class RowMotion {
  readonly #before: ReadonlyArray<readonly [HTMLElement, number]>;

  /** `rows` are those that people can see; `moves` is how many will move. */
  constructor(rows: readonly HTMLElement[], moves: number) {
    const plays = moves > 0 && moves <= movesAtMost && rows.length <= rowsAtMost && !isStill();
    this.#before = plays ? rows.filter(row => !row.hidden).map(row => [row, row.getBoundingClientRect().top] as const) : [];
  }

  play(): void {
    const isSeen = (top: number): boolean => top > -100 && top < window.innerHeight;
    const paths = this.#before.filter(([row]) => !row.hidden).map(([row, from]) => ({ row, from, to: row.getBoundingClientRect().top }));
    for (const { row, from, to } of paths) {
      if (Math.abs(from - to) < 1 || !(isSeen(from) || isSeen(to))) continue;
      row.animate([{ transform: `translateY(${from - to}px)` }, { transform: 'none' }], { duration, easing: 'ease-out' });
    }
  }
}
