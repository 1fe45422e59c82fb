import { client, events } from './page-client.js';
import type { RawEvent } from './event-tap.js';
import { ago } from './format.js';

const keptAtMost = 200;

/**
 * How long news takes from the poller to this page. The clocks of server and browser differ by an unknown amount; the
 * event that seems to have come fastest stands for it, so that what is told is how much longer the last change took.
 */
export class Latency {
  readonly #words = document.querySelector('[data-latency]');
  readonly #confirmed = document.querySelector('[data-confirmed]');
  readonly #offsets: number[] = [];
  #last: number | undefined;

  constructor(private readonly pipelineId: string | undefined) {
    if (this.#words) events.subscribe(event => this.#take(event));
  }

  tick(): void {
    const snapshot = this.pipelineId === undefined ? undefined : client.getStatus(this.pipelineId);
    if (!this.#confirmed || !snapshot) return;
    const { confirmedAt } = snapshot;
    this.#say(this.#confirmed, confirmedAt === undefined ? 'not yet' : ago(performance.now() - confirmedAt));
  }

  #take({ name, at, data }: RawEvent): void {
    if (name === 'poll') return;
    const event = JSON.parse(data) as { timestamp?: number; pipelineId?: string };
    if (typeof event.timestamp !== 'number') return;
    const offset = performance.timeOrigin + at - event.timestamp;
    this.#offsets.push(offset);
    if (this.#offsets.length > keptAtMost) this.#offsets.shift();
    if (name === 'status_update' && event.pipelineId === this.pipelineId) this.#last = offset;
    if (this.#last === undefined || !this.#words) return;
    const more = Math.max(0, this.#last - Math.min(...this.#offsets));
    this.#say(this.#words, `within ${more < 1 ? '1' : Math.ceil(more)} ms of the fastest event`);
  }

  #say(element: Element, text: string): void {
    if (element.textContent !== text) element.textContent = text;
  }
}
