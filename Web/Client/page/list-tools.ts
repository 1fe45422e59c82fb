import { pipelineStatuses } from '../pipeline-status.js';
import type { PipelineElement } from './pipeline-element.js';

// As on the server: what needs eyes comes first.
const statusOrder = ['failed', ...pipelineStatuses.filter(status => status !== 'failed')];

/** Search, filter, order and counts of the list, kept in the address so that a reload shows the same. */
export class ListTools {
  readonly #form = document.querySelector<HTMLFormElement>('[data-tools]');
  readonly #body = document.querySelector('[data-pipelines] tbody');
  readonly #links = [...document.querySelectorAll<HTMLAnchorElement>('[data-filter-status]')];
  #status = new URLSearchParams(location.search).get('status') ?? '';

  constructor(private readonly rows: readonly PipelineElement[]) {
    const form = this.#form;
    if (!form) return;
    form.querySelector('[data-apply]')?.remove();
    form.addEventListener('submit', event => event.preventDefault());
    form.addEventListener('input', () => this.refresh());
    for (const link of this.#links) {
      link.addEventListener('click', event => {
        event.preventDefault();
        this.#choose(link.dataset['filterStatus'] ?? '');
      });
    }
    document.querySelector('[data-clear]')?.addEventListener('click', event => {
      event.preventDefault();
      form.querySelector<HTMLInputElement>('[name=q]')!.value = '';
      this.#choose('');
      form.querySelector<HTMLInputElement>('[name=q]')!.focus();
    });
    this.refresh();
  }

  refresh(): void {
    if (!this.#form) return;
    const search = this.#field('q').trim().toLowerCase();
    let shown = 0;
    for (const row of this.rows) {
      const matches = (this.#status === '' || row.status === this.#status)
        && (search === '' || row.name.toLowerCase().includes(search) || row.id.toLowerCase().includes(search));
      row.element.hidden = !matches;
      if (matches) shown++;
    }
    this.#order(this.#field('sort'));
    this.#count(shown);
    this.#remember(search);
  }

  #choose(status: string): void {
    this.#status = status;
    this.refresh();
  }

  #order(by: string): void {
    const sorted = [...this.rows].sort((left, right) =>
      (by === 'status' ? statusOrder.indexOf(left.status) - statusOrder.indexOf(right.status) : 0)
      || (by === 'changed' ? (right.changedAt ?? 0) - (left.changedAt ?? 0) : 0)
      || left.name.localeCompare(right.name));
    // Only what is out of place is moved: moving a row takes the focus from the link in it.
    sorted.forEach((row, index) => {
      const present = this.#body?.children[index];
      if (present && present !== row.element) this.#body?.insertBefore(row.element, present);
    });
  }

  #count(shown: number): void {
    for (const link of this.#links) {
      const status = link.dataset['filterStatus'] ?? '';
      const count = status === '' ? this.rows.length : this.rows.filter(row => row.status === status).length;
      const number = link.querySelector('[data-count]');
      if (number) number.textContent = String(count);
      if (link.parentElement) link.parentElement.hidden = count === 0 && status !== this.#status && status !== '';
      if (status === this.#status) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const all = document.querySelector('[data-all-count]');
    if (all) all.textContent = String(this.rows.length);
    const total = document.querySelector('[data-shown-count]');
    if (total) total.textContent = String(shown);
    const empty = document.querySelector<HTMLElement>('[data-no-match]');
    if (empty) empty.hidden = shown > 0;
  }

  #remember(search: string): void {
    const query = new URLSearchParams();
    if (search) query.set('q', this.#field('q').trim());
    if (this.#status) query.set('status', this.#status);
    if (this.#field('sort') !== 'name') query.set('sort', this.#field('sort'));
    const address = query.size > 0 ? `?${query}` : location.pathname;
    if (address !== (location.search || location.pathname)) history.replaceState(history.state, '', address);
  }

  #field(name: string): string {
    return String(new FormData(this.#form!).get(name) ?? '');
  }
}
