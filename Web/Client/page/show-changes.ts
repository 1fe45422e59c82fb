/** Offers changes of the order that wait while somebody works in the list: "3 changes, show". */
export class ShowChanges {
  readonly #button: HTMLButtonElement | null;
  #count = 0;
  #isAnnounced = false;

  constructor(
    zone: HTMLElement,
    asked: () => void,
    private readonly announce: (sentence: string) => void,
  ) {
    this.#button = zone.querySelector('[data-action="show-changes"]');
    this.#button?.addEventListener('click', asked);
    zone.addEventListener('keydown', event => {
      if (event.key !== 'Escape' || this.#count === 0) return;
      event.preventDefault();
      asked();
    });
  }

  get hasFocus(): boolean {
    return this.#button !== null && document.activeElement === this.#button;
  }

  /** Shows how many changes wait, and tells a reader who may not see it, once until `end`. */
  offer(count: number, toReader: boolean): void {
    this.#show(count);
    if (count === 0 || !toReader || this.#isAnnounced) return;
    this.#isAnnounced = true;
    this.announce('The list has changed; its rows stay where they are while you are in it. Escape shows the changes.');
  }

  /** Nothing waits any more. */
  end(): void {
    this.#show(0);
    this.#isAnnounced = false;
  }

  #show(count: number): void {
    if (!this.#button || this.#count === count) return;
    this.#count = count;
    if (count > 0) this.#button.textContent = `${count} ${count === 1 ? 'change' : 'changes'}, show`;
    this.#button.hidden = count === 0;
  }
}
