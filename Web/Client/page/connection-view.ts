import type { PipelineStatusClient } from '../pipeline-status.js';
import { connectionWords } from './format.js';

/** Shows in words how the page gets its statuses, and offers the way back when streaming failed. */
export class ConnectionView {
  readonly #badge = document.querySelector<HTMLElement>('[data-connection]');
  readonly #words = document.querySelector('[data-connection-words]');
  readonly #notice = document.querySelector<HTMLElement>('[data-fallback-notice]');
  readonly #title = document.querySelector('[data-fallback-title]');
  readonly #explanation = document.querySelector('[data-fallback-words]');

  constructor(private readonly client: PipelineStatusClient) {
    client.connectionState.subscribe(() => this.show());
    client.transport.subscribe(() => this.show());
    document.querySelector('[data-action="reset-fallback"]')?.addEventListener('click', () => client.resetFallback());
    this.show();
  }

  show(): void {
    const state = this.client.connectionState.value;
    const info = this.client.transport.value;
    if (this.#badge) {
      this.#badge.dataset['connectionState'] = state;
      this.#badge.dataset['transport'] = info.transport;
      this.#badge.toggleAttribute('data-fallback', info.fallbackActive);
      const problem = info.pollingProblem ?? info.problem;
      this.#badge.toggleAttribute('data-trouble', problem !== undefined || info.stalled);
      this.#badge.title = problem ?? '';
    }
    const words = connectionWords(state, info, performance.now(), this.client.config.pollInterval);
    if (this.#words && this.#words.textContent !== words) this.#words.textContent = words;
    this.#showNotice(state === 'error' || info.fallbackActive, info.fallbackActive);
  }

  #pollingWords(): string {
    const { pollInterval, returnInterval } = this.client.config;
    const back = returnInterval > 0 ? `, and tries to return by itself every ${returnInterval / 1000} s` : '';
    return `The page asks every ${pollInterval / 1000} s instead${back}.`;
  }

  #showNotice(needed: boolean, polling: boolean): void {
    if (!this.#notice) return;
    this.#notice.hidden = !needed;
    if (!needed) return;
    if (this.#title) this.#title.textContent = 'Live updates are not available right now.';
    if (this.#explanation) {
      const words = `${this.client.transport.value.problem ?? ''} ${polling ? this.#pollingWords() : 'The statuses below are no longer kept up to date.'}`;
      if (this.#explanation.textContent !== words) this.#explanation.textContent = words;
    }
  }
}
