import type { PipelineSnapshot } from '../pipeline-status.js';
import { label } from './words.js';

const gatherFor = 1000;
const namedAtMost = 3;

/** Tells a screen reader what changed, a second's changes in one sentence. */
export class Announcer {
  readonly #changes = new Map<string, string>();
  #timer: number | undefined;

  constructor(private readonly region: Element | null) {}

  changed(name: string, snapshot: PipelineSnapshot): void {
    this.#changes.set(name, label(snapshot.status));
    this.#timer ??= window.setTimeout(() => this.#speak(), gatherFor);
  }

  #speak(): void {
    this.#timer = undefined;
    const changes = [...this.#changes].map(([name, status]) => `${name}: ${status}`);
    this.#changes.clear();
    const more = changes.length - namedAtMost;
    const text = changes.slice(0, namedAtMost).join('. ') + (more > 0 ? `. ${more} more changed` : '') + '.';
    if (this.region) this.region.textContent = text;
  }
}
