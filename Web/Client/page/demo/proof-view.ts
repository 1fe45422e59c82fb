import type { ProofView as Proof } from './demo-state.js';

/** How the proof goes, figure by figure. */
export class ProofView {
  readonly #element = document.querySelector<HTMLElement>('[data-proof]');
  readonly #button = document.querySelector<HTMLButtonElement>('[data-press="proof"]');

  show(proof: Proof | null): void {
    if (!this.#element || !proof) return;
    this.#element.hidden = false;
    this.#element.dataset['verdict'] = proof.passed === null ? 'open' : proof.passed ? 'passed' : 'failed';
    if (this.#button) this.#button.disabled = proof.running;
    this.#say('step', proof.step);
    // Until it is over, what has not come is only late.
    this.#say('lost', proof.running ? 'not known yet' : String(proof.lost));
    this.#say('told', `${proof.told} of ${proof.expected}`);
    this.#say('wrong', String(proof.wrong));
    this.#say('reconnects', String(proof.reconnects));
    this.#say('killed', proof.killed ?? '–');
    this.#say('successor', proof.successor ?? '–');
    this.#say('takeover', proof.takeoverMs === null ? '–' : `${(proof.takeoverMs / 1000).toFixed(1)} s`);
    this.#say('reads', proof.running ? '–' : `${proof.reads} of ${proof.readsAtMost}`);
  }

  #say(what: string, text: string): void {
    const element = this.#element?.querySelector(`[data-proof-${what}]`);
    if (element && element.textContent !== text) element.textContent = text;
  }
}
