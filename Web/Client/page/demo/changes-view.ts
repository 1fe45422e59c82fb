import type { Observable } from '../../observable.js';
import type { TransportInfo } from '../../pipeline-status.js';
import type { EventTap, RawEvent } from '../event-tap.js';
import { ChangeLatency, type LatencyFigures } from './change-latency.js';
import { ChangeRate } from './change-rate.js';
import type { BackendView } from './demo-state.js';

/** How many changes this page is told, and how long each of them was under way. */
export class ChangesView {
  readonly #rate = document.querySelector('[data-changes-rate]');
  readonly #median = document.querySelector('[data-latency-median]');
  readonly #rest = document.querySelector('[data-latency-rest]');
  readonly #onceRead = document.querySelector('[data-latency-once-read]');
  readonly #told = new ChangeRate(performance.now());
  readonly #latency = new ChangeLatency(Date.now());

  constructor(events: EventTap, private readonly transport: Observable<TransportInfo>) {
    events.subscribe(event => this.#take(event));
  }

  show(backend: BackendView | null): void {
    if (backend) this.#latency.compare(backend.updatedAt, backend.asOf);
    // Polls bring statuses, not changes: there is nothing to count.
    const rate = this.transport.value.transport === 'polling' ? undefined : this.#told.perSecond(performance.now());
    const figures = this.#latency.figures(Date.now());
    say(this.#rate, rate === undefined ? '–' : rate.toFixed(1));
    say(this.#median, figures ? milliseconds(figures.median) : '–');
    say(this.#rest, figures ? rest(figures) : 'none in the last minute');
    say(this.#onceRead, figures ? milliseconds(figures.onceRead) : '–');
  }

  #take({ name, at, data }: RawEvent): void {
    if (name !== 'status_update') return;
    // The wall clock is asked now: the page's own does not run while the machine sleeps.
    const now = Date.now();
    const { pipelineId, timestamp } = JSON.parse(data) as { pipelineId?: string; timestamp?: number };
    if (pipelineId === undefined || timestamp === undefined) return;
    this.#told.add(at);
    this.#latency.told(pipelineId, now, timestamp);
  }
}

function rest({ count, worst }: LatencyFigures): string {
  return `median of ${count}; worst ${milliseconds(worst)}`;
}

function milliseconds(value: number): string {
  return `${Math.round(value).toLocaleString('en')}\u00a0ms`;
}

function say(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
