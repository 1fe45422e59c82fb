import { pipelineStatuses, type PipelineSnapshot, type PipelineStatus } from '../pipeline-status.js';
import { Announcer } from './announcer.js';
import { ConnectionView } from './connection-view.js';
import { EventPanel } from './event-panel.js';
import { client, events } from './page-client.js';
import type { PagePipeline } from './page-pipeline.js';
import { PipelineDrawing } from './pipeline-drawing.js';
import { paintedPipeline } from './pipeline-element.js';
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
  /** What this machine's clock is ahead of the server's that wrote the page, in milliseconds. */
  readonly clockSkew = Date.now() - Number(document.body.dataset['renderedAt'] ?? Date.now());
  readonly #byId = new Map<string, PagePipeline>();
  readonly #announcer = new Announcer(document.querySelector('[data-announcer]'));
  readonly #connection = new ConnectionView(client);
  readonly #drawing = new PipelineDrawing(() => client.transport.value.transport === 'sse', {
    before: () => this.#parts.beforeDrawing?.(),
    after: () => this.#parts.afterDrawing?.(),
    screenChanged: () => client.show(this.#drawing.onScreen.map(({ id }) => id)),
  });
  #parts: PageParts = {};
  #stopWatching: (() => void) | undefined;

  constructor() {
    for (const element of document.querySelectorAll<HTMLElement>('[data-pipeline-id]')) {
      const pipeline = paintedPipeline(element, this.clockSkew);
      this.#byId.set(pipeline.id, pipeline);
      this.#drawing.bind(pipeline, element, false);
    }
  }

  /** The pipelines of the page, also those that no element stands for at the moment. */
  get pipelines(): readonly PagePipeline[] {
    return [...this.#byId.values()];
  }

  /** Begins to watch. */
  start(parts: PageParts = {}): void {
    this.#parts = parts;
    new EventPanel(events);
    new StalledNotice(client, this.#announcer);
    this.#announcer.follow(client);
    this.#watch(this.pipelines);
    retryUnavailable(client);
    window.setInterval(() => this.#tick(), 1000);
    document.addEventListener('visibilitychange', () => this.#tick());
  }

  get(id: string): PagePipeline | undefined {
    return this.#byId.get(id);
  }

  /** Pipelines come to the page and are watched, others go. */
  change(added: readonly PagePipeline[], removed: readonly PagePipeline[]): void {
    for (const pipeline of removed) {
      pipeline.unlist();
      this.#byId.delete(pipeline.id);
      this.#drawing.add(pipeline);
    }
    for (const pipeline of added) this.#byId.set(pipeline.id, pipeline);
    this.#watch(added);
  }

  /** From now on the element stands for the pipeline. */
  bind(pipeline: PagePipeline, element: HTMLElement): void {
    this.#drawing.bind(pipeline, element, true);
  }

  /** Its element has left the page. */
  release(pipeline: PagePipeline): void {
    this.#drawing.release(pipeline);
  }

  /** Draws what has changed, in the next frame. */
  draw(): void {
    this.#drawing.schedule();
  }

  /** Tells those who hear the page. */
  say(sentence: string): void {
    this.#announcer.say(sentence);
  }

  #watch(added: readonly PagePipeline[]): void {
    for (const { id, status } of added) {
      if ((pipelineStatuses as readonly string[]).includes(status)) client.seed(id, status as PipelineStatus);
    }
    const stop = this.#stopWatching;
    this.#stopWatching = this.#byId.size === 0 ? undefined : client.watch(this.#byId.keys(), snapshot => this.#take(snapshot));
    stop?.();
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
