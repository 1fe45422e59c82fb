import { browserEnvironment, type PipelineStatusClient } from '../pipeline-status.js';
import { AnnouncementQueue } from './announcement-queue.js';
import type { Change } from './change-summary.js';
import { ConnectionNews } from './connection-news.js';

/** Tells a screen reader what changed and what else it should know, politely and at a pace that can be followed. */
export class Announcer {
  readonly #queue = new AnnouncementQueue();
  #timer: number | undefined;

  constructor(private readonly region: Element | null) {}

  say(sentence: string): void {
    this.#queue.say(sentence, performance.now());
    this.#schedule();
  }

  changed(pipelineId: string, change: Change): void {
    this.#queue.changed(pipelineId, change, performance.now());
    this.#schedule();
  }

  /** From now on tells when the connection is lost, and when it is back. */
  follow(client: PipelineStatusClient): void {
    const news = new ConnectionNews(browserEnvironment(), client.config.pollInterval, sentence => this.say(sentence));
    const follow = (): void =>
      news.follow({ state: client.connectionState.value, transport: client.transport.value, online: navigator.onLine });
    client.connectionState.subscribe(follow);
    client.transport.subscribe(follow);
    follow();
  }

  #schedule(): void {
    window.clearTimeout(this.#timer);
    const { dueAt } = this.#queue;
    if (dueAt !== Infinity) this.#timer = window.setTimeout(() => this.#speak(), Math.max(0, dueAt - performance.now()));
  }

  #speak(): void {
    const text = this.#queue.take(performance.now());
    if (text) {
      // A paragraph of its own each time: the same words again are news all the same.
      const paragraph = document.createElement('p');
      paragraph.textContent = text;
      this.region?.replaceChildren(paragraph);
    }
    this.#schedule();
  }
}
