/** So many elements cost well under a frame of script, style and layout, on a slow machine too. */
const atOnce = 60;

/** What is drawn, and in what steps. */
export interface Drawing<Item> {
  /** Called first in the frame that draws the last of what is due, while the layout is as people see it. */
  prepare(): void;
  /** Whether this one is to be drawn before the others. */
  isUrgent(item: Item): boolean;
  draw(item: Item): void;
  /** Called last in that frame. */
  finish(): void;
}

/** Collects what is to be drawn until the next frame, and draws much of it in parts, so that no frame has to wait for all. */
export class DrawQueue<Item> {
  readonly #due = new Set<Item>();
  #isScheduled = false;

  constructor(
    private readonly drawing: Drawing<Item>,
    private readonly requestFrame: (callback: () => void) => void,
  ) {}

  add(item: Item): void {
    this.#due.add(item);
    this.schedule();
  }

  /** Not to be drawn any more. */
  drop(item: Item): void {
    this.#due.delete(item);
  }

  /** A frame, whether or not anything is due. */
  schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.requestFrame(() => this.#frame());
  }

  #frame(): void {
    this.#isScheduled = false;
    const part = this.#part();
    const isLast = part.length === this.#due.size;
    if (isLast) this.drawing.prepare();
    for (const item of part) {
      this.#due.delete(item);
      this.drawing.draw(item);
    }
    if (isLast) this.drawing.finish();
    else this.schedule();
  }

  #part(): readonly Item[] {
    if (this.#due.size <= atOnce) return [...this.#due];
    const urgent: Item[] = [];
    const others: Item[] = [];
    for (const item of this.#due) (this.drawing.isUrgent(item) ? urgent : others).push(item);
    return [...urgent, ...others].slice(0, Math.max(atOnce, urgent.length));
  }
}
