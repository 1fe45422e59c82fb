import { pipelineStatuses, type PipelineSnapshot, type PipelineStatus } from '../pipeline-status.js';
import { Announcer } from './announcer.js';
import { ConnectionView } from './connection-view.js';
import { EventPanel } from './event-panel.js';
import { client, events } from './page-client.js';
import { PipelineDrawing } from './pipeline-drawing.js';
import { PipelineElement } from './pipeline-element.js';
import { retryUnavailable } from './retry-unavailable.js';
import { StalledNotice } from './stalled-notice.js';

/** What one page has beside what all have. */
export interface PageParts {
  /** A pipeline has another status than the one shown so far. */
  changed?(before: string, snapshot: PipelineSnapshot): void;
  /** Writes what depends on the time of day. Called every second. */
  tick?(): void;
  /** Called after every word about a pipeline. */
  told?(): void;
  /** Called in a frame before pipelines are drawn, and after that. */
  beforeDrawing?(): void;
  afterDrawing?(): void;
}

/** What every page with statuses does: its pipelines are watched, and it says how it gets their statuses. */
export class LivePage {
  readonly #clockSkew = Date.now() - Number(document.body.dataset['renderedAt'] ?? Date.now());
  readonly #pipelines = [...document.querySelectorAll<HTMLElement>('[data-pipeline-id]')].map(element => this.#elementFor(element));
  readonly #byId = new Map(this.#pipelines.map(pipeline => [pipeline.id, pipeline]));
  readonly #announcer = new Announcer(document.querySelector('[data-announcer]'));
  readonly #connection = new ConnectionView(client);
  readonly #drawing = new PipelineDrawing(this.#pipelines, () => client.transport.value.transport === 'sse', {
    before: () => this.#parts.beforeDrawing?.(),
    after: () => this.#parts.afterDrawing?.(),
  });
  #parts: PageParts = {};

  /** What stands for pipelines on the page; grows with `add`. */
  get pipelines(): readonly PipelineElement[] {
    return this.#pipelines;
  }

  /** Begins to watch. */
  start(parts: PageParts = {}): void {
    this.#parts = parts;
    new EventPanel(events);
    new StalledNotice(client, this.#announcer);
    this.#announcer.follow(client);
    for (const { id, status } of this.#pipelines) {
      if ((pipelineStatuses as readonly string[]).includes(status)) client.seed(id, status as PipelineStatus);
    }
    if (this.#pipelines.length > 0) this.#watch(this.#byId.keys());
    retryUnavailable();
    window.setInterval(() => this.#tick(), 1000);
    document.addEventListener('visibilitychange', () => this.#tick());
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Watches the pipelines of elements that have come to the page. */
  add(elements: readonly HTMLElement[]): readonly PipelineElement[] {
    const added = elements.map(element => this.#elementFor(element));
    for (const pipeline of added) {
      this.#pipelines.push(pipeline);
      this.#byId.set(pipeline.id, pipeline);
      this.#drawing.observe(pipeline);
    }
    this.#watch(added.map(({ id }) => id));
    return added;
  }

  /** Draws what has changed, in the next frame. */
  draw(): void {
    this.#drawing.schedule();
  }

  /** Tells those who hear the page. */
  say(sentence: string): void {
    this.#announcer.say(sentence);
  }

  #elementFor(element: HTMLElement): PipelineElement {
    return new PipelineElement(element, this.#clockSkew);
  }

  #watch(ids: Iterable<string>): void {
    client.watch(ids, snapshot => this.#take(snapshot));
  }

  #take(snapshot: PipelineSnapshot): void {
    const pipeline = this.#byId.get(snapshot.pipelineId);
    if (!pipeline) return;
    const before = pipeline.status;
    if (pipeline.take(snapshot)) {
      this.#announcer.changed(pipeline.id, pipeline);
      this.#parts.changed?.(before, snapshot);
    }
    this.#drawing.add(pipeline);
    this.#parts.told?.();
  }

  #tick(): void {
    this.#connection.show();
    if (!document.hidden) this.#drawing.tick();
    this.#parts.tick?.();
  }
}
