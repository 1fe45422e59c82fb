import { client } from './page-client.js';

/** What N open pages would cost the backend if each polled for itself, beside what they cost. */
export class Savings {
  readonly #panel = document.querySelector('[data-savings]');
  readonly #range = document.querySelector<HTMLInputElement>('[data-savings-range]');

  /** @param pipelines How many pipelines this page shows, now. */
  constructor(private readonly pipelines: () => number) {
    this.#range?.addEventListener('input', () => this.show());
    this.#panel?.addEventListener('toggle', () => this.show());
    this.show();
  }

  show(): void {
    if (!this.#range) return;
    const tabs = Number(this.#range.value);
    const seconds = client.config.pollInterval / 1000;
    const one = this.pipelines() / seconds;
    const many = one * tabs;
    this.#say('tabs', String(tabs));
    this.#say('pipelines', String(this.pipelines()));
    this.#say('interval', `${seconds} s`);
    this.#say('one', format(one));
    this.#say('many', format(many));
    this.#bar('many', 100);
    this.#bar('one', many === 0 ? 0 : Math.max(0.4, (one / many) * 100));
  }

  #say(what: string, text: string): void {
    const element = this.#panel?.querySelector(`[data-savings-${what}]`);
    if (element) element.textContent = text;
  }

  #bar(which: string, percent: number): void {
    this.#panel?.querySelector(`[data-savings-bar="${which}"]`)?.setAttribute('width', String(percent));
  }
}

function format(rate: number): string {
  return rate.toLocaleString('en', { maximumFractionDigits: 1 });
}
