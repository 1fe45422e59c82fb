interface Filter {
  readonly status: string;
  readonly link: HTMLAnchorElement;
  readonly number: Element | null;
}

/** The links that filter by status, each with how many pipelines have it. */
export class StatusCounts {
  readonly #filters: readonly Filter[];
  readonly #all = document.querySelector('[data-all-count]');

  constructor(chosen: (status: string) => void) {
    this.#filters = [...document.querySelectorAll<HTMLAnchorElement>('[data-filter-status]')].map(link => ({
      status: link.dataset['filterStatus'] ?? '',
      link,
      number: link.querySelector('[data-count]'),
    }));
    for (const { link, status } of this.#filters) {
      link.addEventListener('click', event => {
        event.preventDefault();
        chosen(status);
      });
    }
  }

  /** `counts` are undefined as long as those that the server has painted stand. */
  show(counts: ReadonlyMap<string, number> | undefined, all: number, chosen: string): void {
    for (const { status, link, number } of this.#filters) {
      const count = counts ? status === '' ? all : counts.get(status) ?? 0 : Number(number?.textContent);
      write(number, count);
      const item = link.parentElement;
      const isNeedless = count === 0 && status !== chosen && status !== '' && document.activeElement !== link;
      if (item && item.hidden !== isNeedless) item.hidden = isNeedless;
      if (link.hasAttribute('aria-current') === (status === chosen)) continue;
      if (status === chosen) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    if (counts) write(this.#all, all);
  }
}

/** Writes a number where another one stands. */
export function write(element: Element | null, value: number): void {
  if (element && element.textContent !== String(value)) element.textContent = String(value);
}
