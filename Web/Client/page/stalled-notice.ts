import type { PipelineStatusClient } from '../pipeline-status.js';
import type { Announcer } from './announcer.js';
import { isSignedOut } from './sign-in.js';

/** A new stream begins with a batch and hears right after it that the stall goes on: only then is an end one. */
const believedAfter = 1000;

/** Says that the server can confirm no status at the moment, to those who see the page and to those who hear it. */
export class StalledNotice {
  readonly #notice = document.querySelector<HTMLElement>('[data-stalled-notice]');
  #told = false;
  #ending: number | undefined;

  constructor(
    private readonly client: PipelineStatusClient,
    private readonly announcer: Announcer,
  ) {
    client.connectionState.subscribe(() => this.#show());
    client.transport.subscribe(() => this.#follow());
    this.#follow();
  }

  #follow(): void {
    if (this.client.transport.value.stalled) this.#begin();
    else if (this.#told) this.#ending ??= window.setTimeout(() => this.#end(), believedAfter);
    this.#show();
  }

  #begin(): void {
    window.clearTimeout(this.#ending);
    this.#ending = undefined;
    if (this.#told) return;
    this.#told = true;
    this.announcer.say('Statuses are not being confirmed right now and may be out of date; this page is waiting.');
  }

  #end(): void {
    this.#ending = undefined;
    this.#told = false;
    this.announcer.say('Statuses are being confirmed again.');
    this.#show();
  }

  /** A page without streams, or of people who are signed out, has a notice of its own, and is not waiting. */
  #show(): void {
    const streams = this.client.connectionState.value !== 'error' && !this.client.transport.value.fallbackActive && !isSignedOut(this.client);
    if (this.#notice) this.#notice.hidden = !this.#told || !streams;
  }
}
