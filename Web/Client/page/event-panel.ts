import type { EventTap, RawEvent } from './event-tap.js';

const keptAtMost = 100;

/** The last events, for people. Rows are made only while the panel is open. */
export class EventPanel {
  readonly #panel = document.querySelector<HTMLDetailsElement>('[data-event-panel]');
  readonly #body = document.querySelector('[data-events]');
  readonly #count = document.querySelector('[data-event-count]');
  readonly #kept: RawEvent[] = [];
  #total = 0;

  constructor(events: EventTap) {
    if (!this.#panel) return;
    events.subscribe(event => this.#take(event));
    this.#panel.addEventListener('toggle', () => this.#showAll());
    this.#showCount();
  }

  #take(event: RawEvent): void {
    this.#total++;
    this.#kept.unshift(event);
    this.#kept.length = Math.min(this.#kept.length, keptAtMost);
    this.#showCount();
    if (!this.#panel?.open || !this.#body) return;
    this.#body.prepend(row(event));
    while (this.#body.children.length > keptAtMost) this.#body.lastElementChild?.remove();
  }

  #showAll(): void {
    this.#body?.replaceChildren(...(this.#panel?.open ? this.#kept.map(row) : []));
  }

  #showCount(): void {
    if (this.#count) this.#count.textContent = this.#total === 0 ? 'none yet' : `${this.#total} so far`;
  }
}

function row(event: RawEvent): HTMLTableRowElement {
  const line = document.createElement('tr');
  line.dataset['event'] = event.name;
  const at = new Date(performance.timeOrigin + event.at);
  const time = `${at.toLocaleTimeString([], { hour12: false })}.${String(at.getMilliseconds()).padStart(3, '0')}`;
  for (const text of [time, event.name, event.id, event.data]) {
    const cell = document.createElement('td');
    cell.textContent = text;
    line.append(cell);
  }
  return line;
}
