import type { PipelineSnapshot } from '../pipeline-status.js';
import { label } from './format.js';

const gatherFor = 1000;
const namedAtMost = 3;

/** Tells a screen reader what changed and what else it should know, a second's news at once. */
export class Announcer {
  readonly #changes = new Map<string, string>();
  readonly #sentences: string[] = [];
  #timer: number | undefined;

  constructor(private readonly region: Element | null) {}

  say(sentence: string): void {
    this.#sentences.push(sentence);
    this.#gather();
  }

  changed(name: string, snapshot: PipelineSnapshot): void {
    this.#changes.set(name, label(snapshot.status));
    this.#gather();
  }

  #gather(): void {
    this.#timer ??= window.setTimeout(() => this.#speak(), gatherFor);
  }

  #speak(): void {
    this.#timer = undefined;
    const changes = [...this.#changes].map(([name, status]) => `${name}: ${status}.`);
    this.#changes.clear();
    const more = changes.length - namedAtMost;
    const rest = more > 0 ? [`${more} more changed.`] : [];
    const text = [...this.#sentences.splice(0), ...changes.slice(0, namedAtMost), ...rest].join(' ');
    if (this.region) this.region.textContent = text;
  }
}
