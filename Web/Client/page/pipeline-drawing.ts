import { DrawQueue } from './draw-queue.js';
import { OnScreen } from './on-screen.js';
import type { PagePipeline } from './page-pipeline.js';
import { PipelineElement } from './pipeline-element.js';

/** How many pipelines that nobody sees are written anew each second. */
const othersAtOnce = 100;

/** What a page does when pipelines are drawn, and when others are on the screen. */
export interface DrawingHooks {
  /** Called in a frame in which pipelines are drawn. */
  before(): void;
  after(): void;
  /** Others than before are on the screen, or nearly. */
  screenChanged(): void;
}

/** The elements that stand for pipelines: draws what has changed once a frame, and writes what depends on the time of day. */
export class PipelineDrawing {
  readonly #elements = new Map<PagePipeline, PipelineElement>();
  readonly #byElement = new Map<Element, PipelineElement>();
  readonly #onScreen: OnScreen;
  readonly #queue: DrawQueue<PipelineElement>;
  #nextTurn = 0;

  /** `live` says whether statuses come by a stream at the moment. */
  constructor(private readonly live: () => boolean, hooks: DrawingHooks) {
    this.#onScreen = new OnScreen(came => {
      for (const element of came) this.#byElement.get(element)?.tick(this.live());
      hooks.screenChanged();
    });
    this.#queue = new DrawQueue<PipelineElement>({
      isUrgent: drawn => this.#onScreen.has(drawn.element),
      prepare: () => hooks.before(),
      draw: drawn => drawn.draw(live(), this.#onScreen.has(drawn.element)),
      finish: () => hooks.after(),
    }, callback => void window.requestAnimationFrame(callback));
  }

  /** The pipelines on the screen, or nearly. */
  get onScreen(): readonly PagePipeline[] {
    return [...this.#elements].filter(([, { element }]) => this.#onScreen.has(element)).map(([pipeline]) => pipeline);
  }

  /** From now on the element stands for the pipeline. A new one is to be drawn at once, since the next frame may be its first. */
  bind(pipeline: PagePipeline, element: HTMLElement, isNew: boolean): void {
    const drawn = new PipelineElement(element, pipeline);
    this.#elements.set(pipeline, drawn);
    this.#byElement.set(element, drawn);
    this.#onScreen.observe(element);
    if (isNew) drawn.draw(this.live(), false);
  }

  /** Nothing stands for the pipeline any more. */
  release(pipeline: PagePipeline): void {
    const drawn = this.#elements.get(pipeline);
    if (!drawn) return;
    this.#elements.delete(pipeline);
    this.#byElement.delete(drawn.element);
    this.#onScreen.forget(drawn.element);
    this.#queue.drop(drawn);
  }

  /** Something about the pipeline is to be drawn, if it has an element. */
  add(pipeline: PagePipeline): void {
    const drawn = this.#elements.get(pipeline);
    if (drawn) this.#queue.add(drawn);
  }

  schedule(): void {
    this.#queue.schedule();
  }

  /** What is seen is right every second; the rest, which may be read aloud or printed, in turn. */
  tick(): void {
    const all = [...this.#elements.values()];
    const others = all.filter(({ element }) => !this.#onScreen.has(element));
    const turn = others.slice(this.#nextTurn, this.#nextTurn + othersAtOnce);
    this.#nextTurn = this.#nextTurn + othersAtOnce < others.length ? this.#nextTurn + othersAtOnce : 0;
    const seen = all.filter(({ element }) => this.#onScreen.has(element));
    for (const drawn of [...seen, ...turn]) drawn.tick(this.live());
  }
}
