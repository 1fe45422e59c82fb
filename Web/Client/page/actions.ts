import type { PipelineSnapshot, PipelineStatus, PipelineStatusClient } from '../pipeline-status.js';
import { expectedStatus, needsConfirmation, whyNot } from './action-rules.js';
import { askAction } from './ask-action.js';
import { confirmed } from './confirm-dialog.js';
import { label } from './format.js';
import { isSignedOut } from './sign-in.js';

/** So long after the backend has taken an action its status should have changed. */
const expectedWithin = 15_000;

/** An action that was asked for and is not over. */
interface Ask {
  readonly action: string;
  /** The status at that moment; any other one, told by the stream, is the end of it. */
  readonly from: PipelineStatus;
}

/**
 * The buttons of the details page. What was asked for shows at once beside the truth, marked as not confirmed; what is
 * true only the client's snapshots say.
 */
export class PipelineActions {
  readonly #id: string;
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #words: HTMLElement | null;
  readonly #refusal: HTMLElement | null;
  #ask: Ask | undefined;
  #overdue: number | undefined;

  /** `pipeline` is the element that stands for the pipeline, with its buttons in it. */
  constructor(
    private readonly client: PipelineStatusClient,
    private readonly pipeline: HTMLElement,
  ) {
    this.#id = pipeline.dataset['pipelineId'] ?? '';
    this.#words = pipeline.querySelector<HTMLElement>('[data-action-words]');
    this.#refusal = pipeline.querySelector<HTMLElement>('[data-action-refusal]');
    this.#buttons = [...pipeline.querySelectorAll<HTMLButtonElement>('[data-ask]')];
    for (const button of this.#buttons) button.addEventListener('click', () => void this.#press(button));
    const section = pipeline.querySelector<HTMLElement>('[data-actions]');
    if (section) section.hidden = false;
    client.watch([this.#id], snapshot => this.#follow(snapshot));
    client.transport.subscribe(() => this.#show());
    this.#show();
  }

  get #status(): PipelineStatus {
    return this.client.getStatus(this.#id)?.status ?? 'unknown';
  }

  /** A button that makes no sense now can still be reached and pressed: it says why. */
  async #press(button: HTMLButtonElement): Promise<void> {
    const action = button.dataset['ask'] ?? '';
    const reason = this.#reason(action);
    if (reason !== undefined) {
      this.#say(reason);
      return;
    }
    if (needsConfirmation(action) && !(await confirmed(action))) return;
    // The pipeline may have changed while the question was open.
    const late = this.#reason(action);
    if (late === undefined) await this.#send(action);
    else this.#say(late);
  }

  async #send(action: string): Promise<void> {
    const ask: Ask = { action, from: this.#status };
    this.#ask = ask;
    this.#refuse('');
    this.#say(`${label(action)} asked for.`);
    this.#show();
    const url = this.pipeline.querySelector<HTMLElement>('[data-actions]')?.dataset['actionsUrl'];
    const answer = await askAction(`${url}/${action}`);
    const isOpen = this.#ask === ask; // the stream may have been faster
    if (!answer.accepted) {
      if (answer.signedOut) this.client.reportSignedOut();
      if (isOpen) this.#settle('');
      this.#refuse(answer.unsure ? `Nobody knows whether ${action} was done.` : `${label(action)} was refused.`, answer.words);
    } else if (isOpen && expectedStatus(action) === undefined) {
      this.#settle(`${label(action)}: the backend has taken it.`);
    } else if (isOpen) {
      this.#overdue = window.setTimeout(() => this.#settle('The backend has taken it, but the status has not changed so far.'), expectedWithin);
    }
  }

  #follow(snapshot: PipelineSnapshot): void {
    if (this.#ask && snapshot.status !== this.#ask.from) this.#settle('');
    else this.#show();
  }

  #settle(words: string): void {
    window.clearTimeout(this.#overdue);
    this.#ask = undefined;
    this.#say(words);
    this.#show();
  }

  #reason(action: string): string | undefined {
    if (isSignedOut(this.client)) return 'You have been signed out: sign in again first.';
    if (this.client.getStatus(this.#id)?.staleReason === 'pipeline_not_found') return 'There is no such pipeline.';
    return this.#ask ? `${label(this.#ask.action)} was asked for: wait until that is over.` : whyNot(action, this.#status);
  }

  #show(): void {
    for (const button of this.#buttons) {
      const action = button.dataset['ask'] ?? '';
      const reason = this.#reason(action);
      if (reason === undefined) button.removeAttribute('aria-disabled');
      else button.setAttribute('aria-disabled', 'true');
      button.title = reason ?? '';
      const why = this.pipeline.querySelector(`[data-why="${CSS.escape(action)}"]`);
      if (why) why.textContent = reason ?? '';
    }
    this.#showAsked(this.#ask && expectedStatus(this.#ask.action));
  }

  #showAsked(status: PipelineStatus | undefined): void {
    const chip = this.pipeline.querySelector<HTMLElement>('[data-asked-chip]');
    if (!chip) return;
    chip.hidden = status === undefined;
    if (status === undefined) {
      delete this.pipeline.dataset['asked'];
      return;
    }
    this.pipeline.dataset['asked'] = status;
    chip.dataset['chip'] = status;
    chip.querySelector('use')?.setAttribute('href', `/icons.svg#${status}`);
    const words = chip.querySelector('[data-asked-label]');
    if (words) words.textContent = label(status);
  }

  #say(words: string): void {
    if (this.#words) this.#words.textContent = words;
  }

  #refuse(title: string, words = ''): void {
    if (!this.#refusal) return;
    this.#refusal.replaceChildren();
    if (title === '') return;
    const strong = document.createElement('strong');
    strong.textContent = title;
    this.#refusal.append(strong, ` ${words}`);
  }
}

/** The buttons of whichever pipelines on the page have some. */
export function offerActions(client: PipelineStatusClient): void {
  for (const section of document.querySelectorAll<HTMLElement>('[data-actions]')) {
    const pipeline = section.closest<HTMLElement>('[data-pipeline-id]');
    if (pipeline) new PipelineActions(client, pipeline);
  }
}
