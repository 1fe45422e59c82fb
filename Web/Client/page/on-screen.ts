// From a little outside on, so that what is scrolled to is right before it is seen.
const margin = '200px 0px';

/** Which elements are on the screen, or nearly. */
export class OnScreen {
  readonly #elements = new Set<Element>();
  readonly #observer: IntersectionObserver;

  /** `came` hears of elements that are there now and were not before. */
  constructor(came: (elements: readonly Element[]) => void) {
    this.#observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#elements.add(target);
        else this.#elements.delete(target);
      }
      came(entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target));
    }, { rootMargin: margin });
  }

  observe(element: Element): void {
    this.#observer.observe(element);
  }

  has(element: Element): boolean {
    return this.#elements.has(element);
  }
}
