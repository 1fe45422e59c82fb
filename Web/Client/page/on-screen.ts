// From a little outside on, so that what is scrolled to is right before it is seen.
const margin = '200px 0px';

/** Which elements are on the screen, or nearly. */
export class OnScreen {
  readonly #elements = new Set<Element>();
  readonly #observer: IntersectionObserver;

  /** `changed` hears when others are there than before, with those that came. */
  constructor(changed: (came: readonly Element[]) => void) {
    this.#observer = new IntersectionObserver(entries => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) this.#elements.add(target);
        else this.#elements.delete(target);
      }
      changed(entries.filter(({ isIntersecting }) => isIntersecting).map(({ target }) => target));
    }, { rootMargin: margin });
  }

  observe(element: Element): void {
    this.#observer.observe(element);
  }

  forget(element: Element): void {
    this.#observer.unobserve(element);
    this.#elements.delete(element);
  }

  has(element: Element): boolean {
    return this.#elements.has(element);
  }
}
