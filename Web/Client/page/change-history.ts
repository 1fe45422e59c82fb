import type { PipelineSnapshot } from '../pipeline-status.js';
import { label } from './format.js';

const keptAtMost = 100;

/** The changes seen since the page was opened, the latest first. */
export class ChangeHistory {
  readonly #list = document.querySelector('[data-history]');
  readonly #empty = document.querySelector<HTMLElement>('[data-history-empty]');

  add(before: string, snapshot: PipelineSnapshot): void {
    if (!this.#list) return;
    const entry = document.createElement('li');
    const time = document.createElement('time');
    const at = new Date(snapshot.changedAt ?? Date.now());
    time.dateTime = at.toISOString();
    time.textContent = at.toLocaleTimeString();
    const what = document.createElement('span');
    what.textContent = `${label(before)} → ${label(snapshot.status)}`;
    entry.dataset['chip'] = snapshot.status;
    entry.append(time, what);
    this.#list.prepend(entry);
    while (this.#list.children.length > keptAtMost) this.#list.lastElementChild?.remove();
    if (this.#empty) this.#empty.hidden = true;
  }
}
