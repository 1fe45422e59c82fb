import type { PipelineSnapshot } from '../pipeline-status.js';
import { ago, freshnessWords, label } from './format.js';

/** One element of the page that stands for a pipeline: a row of the list, or the details. */
export class PipelineElement {
  readonly id: string;
  readonly name: string;
  #snapshot: PipelineSnapshot | undefined;

  /** `clockSkew` is what the browser's clock is ahead of the server's that wrote the page. */
  constructor(readonly element: HTMLElement, clockSkew: number) {
    this.id = element.dataset['pipelineId'] ?? '';
    this.name = element.dataset['name'] ?? this.id;
    const changedAt = Number(element.dataset['changedAt'] || NaN);
    if (!Number.isNaN(changedAt)) element.dataset['changedAt'] = String(changedAt + clockSkew);
  }

  get status(): string {
    return this.element.dataset['status'] ?? 'unknown';
  }

  get changedAt(): number | undefined {
    const value = this.element.dataset['changedAt'];
    return value ? Number(value) : undefined;
  }

  /** Shows a snapshot; tells whether the status is another than the one shown so far. */
  show(snapshot: PipelineSnapshot): boolean {
    this.#snapshot = snapshot;
    const changed = snapshot.status !== this.status;
    this.element.dataset['freshness'] = snapshot.freshness;
    if (!changed) return false;

    this.element.dataset['status'] = snapshot.status;
    this.element.dataset['changedAt'] = String(snapshot.changedAt ?? Date.now());
    const chip = this.element.querySelector<HTMLElement>('.chip');
    if (chip) {
      chip.dataset['chip'] = snapshot.status;
      chip.querySelector('use')?.setAttribute('href', `/icons.svg#${snapshot.status}`);
      const words = chip.querySelector('[data-status-label]');
      if (words) words.textContent = label(snapshot.status);
    }
    this.#flash();
    return true;
  }

  /** Writes what depends on the time of day. */
  tick(live: boolean): void {
    const time = this.element.querySelector<HTMLTimeElement>('[data-changed]');
    if (time && this.changedAt !== undefined) {
      setText(time, ago(Date.now() - this.changedAt));
      const exact = new Date(this.changedAt);
      time.dateTime = exact.toISOString();
      time.title = exact.toLocaleString();
    }
    const words = this.element.querySelector('[data-freshness-words]');
    if (words && this.#snapshot) setText(words, freshnessWords(this.#snapshot, performance.now(), live));
  }

  #flash(): void {
    const { classList } = this.element;
    classList.remove('changed');
    // Reading the layout between the two makes the animation start anew.
    void this.element.offsetWidth;
    classList.add('changed');
  }
}

function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
