import { DrawQueue } from './draw-queue.js';
import { OnScreen } from './on-screen.js';
import type { PipelineElement } from './pipeline-element.js';

/** How many pipelines that nobody sees are written anew each second. */
const othersAtOnce = 100;

/** Called in a frame in which pipelines are drawn. */
export interface DrawingHooks {
  before(): void;
  after(): void;
}

/** Draws what has changed once a frame, and writes what depends on the time of day; what is on the screen comes first. */
export class PipelineDrawing {
  readonly #byElement = new Map<Element, PipelineElement>();
  readonly #onScreen = new OnScreen(elements => {
    for (const element of elements) this.#byElement.get(element)?.tick(this.live());
  });
  readonly #queue: DrawQueue<PipelineElement>;
  #nextTurn = 0;

  /** `live` says whether statuses come by a stream at the moment. */
  constructor(private readonly pipelines: readonly PipelineElement[], private readonly live: () => boolean, hooks: DrawingHooks) {
    this.#queue = new DrawQueue<PipelineElement>({
      isUrgent: pipeline => this.#onScreen.has(pipeline.element),
      prepare: () => hooks.before(),
      draw: pipeline => pipeline.draw(live(), this.#onScreen.has(pipeline.element)),
      finish: () => hooks.after(),
    }, callback => void window.requestAnimationFrame(callback));
    for (const pipeline of pipelines) this.observe(pipeline);
  }

  observe(pipeline: PipelineElement): void {
    this.#byElement.set(pipeline.element, pipeline);
    this.#onScreen.observe(pipeline.element);
  }

  add(pipeline: PipelineElement): void {
    this.#queue.add(pipeline);
  }

  schedule(): void {
    this.#queue.schedule();
  }

  /** What is seen is right every second; the rest, which may be read aloud or printed, in turn. */
  tick(): void {
    const others = this.pipelines.filter(pipeline => !this.#onScreen.has(pipeline.element));
    const turn = others.slice(this.#nextTurn, this.#nextTurn + othersAtOnce);
    this.#nextTurn = this.#nextTurn + othersAtOnce < others.length ? this.#nextTurn + othersAtOnce : 0;
    const seen = this.pipelines.filter(pipeline => this.#onScreen.has(pipeline.element));
    for (const pipeline of [...seen, ...turn]) pipeline.tick(this.live());
  }
}
