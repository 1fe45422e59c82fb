import type { PipelineStatusClient } from '../pipeline-status.js';
import { connectionWords } from './format.js';
import { signInAddress } from './sign-in.js';
import { troubleWords, type TroubleWords } from './trouble-words.js';

/** Shows in words how the page gets its statuses, and offers the way back when streaming failed. */
export class ConnectionView {
  readonly #badge = document.querySelector<HTMLElement>('[data-connection]');
  readonly #words = document.querySelector('[data-connection-words]');
  readonly #notice = document.querySelector<HTMLElement>('[data-fallback-notice]');
  readonly #title = document.querySelector('[data-fallback-title]');
  readonly #explanation = document.querySelector('[data-fallback-words]');
  readonly #buttons = {
    'reset-fallback': document.querySelector<HTMLElement>('[data-action="reset-fallback"]'),
    'sign-in': document.querySelector<HTMLElement>('[data-action="sign-in"]'),
  };
  readonly #signInLink = document.querySelector<HTMLAnchorElement>('[data-sign-in-link]');

  constructor(private readonly client: PipelineStatusClient) {
    client.connectionState.subscribe(() => this.show());
    client.transport.subscribe(() => this.show());
    this.#buttons['reset-fallback']?.addEventListener('click', () => client.resetFallback());
    // Where this server does not sign people in, whoever does it does so when a page is asked for.
    this.#buttons['sign-in']?.addEventListener('click', () => location.reload());
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
    setText(this.#words, words);
    this.#showNotice(troubleWords(state, info, this.client.config));
  }

  #showNotice(trouble: TroubleWords | undefined): void {
    const { activeElement } = document;
    this.#draw(trouble);
    // A button that goes takes the focus with it: whoever pressed it goes on with the pipelines.
    if (activeElement?.closest('[data-fallback-notice] [hidden], [data-fallback-notice][hidden]')) {
      document.getElementById('content')?.focus({ preventScroll: true });
    }
  }

  #draw(trouble: TroubleWords | undefined): void {
    if (!this.#notice) return;
    this.#notice.hidden = !trouble;
    if (!trouble) return;
    setText(this.#title, trouble.title);
    setText(this.#explanation, trouble.words);
    for (const [action, button] of Object.entries(this.#buttons)) button?.toggleAttribute('hidden', action !== trouble.action);
    if (trouble.action === 'sign-in') this.#linkToSignIn();
    else this.#signInLink?.toggleAttribute('hidden', true);
  }

  /** A link takes the button's place. Where it leads back to changes with what the page shows. */
  #linkToSignIn(): void {
    const address = signInAddress();
    if (!this.#signInLink || !address) return;
    if (this.#signInLink.getAttribute('href') !== address) this.#signInLink.href = address;
    this.#signInLink.hidden = false;
    this.#buttons['sign-in']?.toggleAttribute('hidden', true);
  }
}

function setText(element: Element | null, text: string): void {
  if (element && element.textContent !== text) element.textContent = text;
}
