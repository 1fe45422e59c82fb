import { summarize, type Change } from './change-summary.js';

/** News is gathered for so long before it is told. */
export const gatherFor = 1000;
/** While changes go on, they are told no more often. */
export const changesEvery = 5000;

/** What waits to be told, and when it is its turn: sentences soon, changes at a pace that leaves room to listen. */
export class AnnouncementQueue {
  readonly #changes = new Map<string, Change>();
  #sentences: string[] = [];
  #sentencesDue = Infinity;
  #changesDue = Infinity;
  #changesNotBefore = -Infinity;

  /** When there is something to tell; Infinity while there is nothing. */
  get dueAt(): number {
    return Math.min(this.#sentencesDue, this.#changesDue);
  }

  say(sentence: string, now: number): void {
    this.#sentences.push(sentence);
    this.#sentencesDue = Math.min(this.#sentencesDue, now + gatherFor);
  }

  changed(pipelineId: string, change: Change, now: number): void {
    this.#changes.set(pipelineId, change);
    this.#changesDue = Math.min(this.#changesDue, Math.max(now + gatherFor, this.#changesNotBefore));
  }

  /** The text whose turn it is; empty when it is too early. */
  take(now: number): string {
    if (now < this.dueAt) return '';
    const parts = now < this.#sentencesDue ? [] : this.#takeSentences();
    // Changes join a sentence a little early: two announcements in a row would cut each other short.
    if (this.#changes.size > 0 && now >= this.#changesNotBefore) parts.push(this.#takeChanges());
    this.#changesNotBefore = now + changesEvery;
    if (this.#changesDue !== Infinity) this.#changesDue = Math.max(this.#changesDue, this.#changesNotBefore);
    return parts.join(' ');
  }

  #takeSentences(): string[] {
    this.#sentencesDue = Infinity;
    return this.#sentences.splice(0);
  }

  #takeChanges(): string {
    this.#changesDue = Infinity;
    const text = summarize([...this.#changes.values()]);
    this.#changes.clear();
    return text;
  }
}
