import type { PipelineSnapshot } from '../pipeline-status.js';
import { ago, freshnessWords, label } from './format.js';
import { flash } from './row-motion.js';

const exactTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
});

/** One element of the page that stands for a pipeline, a row of the list or the details: what is known of it, and what is drawn. */
export class PipelineElement {
  readonly id: string;
  readonly name: string;
  readonly #chip: HTMLElement | null;
  readonly #icon: Element | null;
  readonly #label: Text;
  readonly #time: HTMLTimeElement | null;
  readonly #ago: Text;
  readonly #freshness: Text;
  #status: string;
  #changedAt: number | undefined;
  #snapshot: PipelineSnapshot | undefined;
  #drawnStatus: string;
  #drawnChangedAt: number | undefined;
  #flash: Animation | undefined;

  /** `clockSkew` is what the browser's clock is ahead of the server's that wrote the page. */
  constructor(readonly element: HTMLElement, clockSkew: number) {
    const { pipelineId = '', name = pipelineId, status = 'unknown', changedAt = '' } = element.dataset;
    this.id = pipelineId;
    this.name = name;
    this.#status = this.#drawnStatus = status;
    this.#changedAt = changedAt === '' ? undefined : Number(changedAt) + clockSkew;
    this.#chip = element.querySelector('.chip');
    this.#icon = this.#chip?.querySelector('use') ?? null;
    this.#label = textOf(this.#chip?.querySelector('[data-status-label]'));
    this.#time = element.querySelector('[data-changed]');
    this.#ago = textOf(this.#time);
    this.#freshness = textOf(element.querySelector('[data-freshness-words]'));
  }

  /** The latest status, drawn or not. */
  get status(): string {
    return this.#status;
  }

  get changedAt(): number | undefined {
    return this.#changedAt;
  }

  /** Takes note of a snapshot, which `draw` shows; tells whether the status is another than the one before. */
  take(snapshot: PipelineSnapshot): boolean {
    this.#snapshot = snapshot;
    if (snapshot.status === this.#status) return false;
    this.#status = snapshot.status;
    this.#changedAt = snapshot.changedAt ?? Date.now();
    return true;
  }

  /** Writes what is known and not shown yet. */
  draw(live: boolean, isSeen: boolean): void {
    const { dataset } = this.element;
    if (this.#snapshot && dataset['freshness'] !== this.#snapshot.freshness) dataset['freshness'] = this.#snapshot.freshness;
    if (this.#drawnStatus !== this.#status) this.#drawStatus(isSeen);
    this.tick(live);
  }

  /** Writes what depends on the time of day. */
  tick(live: boolean): void {
    if (this.#time && this.#changedAt !== undefined) {
      setText(this.#ago, ago(Date.now() - this.#changedAt));
      this.#drawTime(this.#time, this.#changedAt);
    }
    if (this.#snapshot) setText(this.#freshness, freshnessWords(this.#snapshot, performance.now(), live));
  }

  #drawStatus(isSeen: boolean): void {
    const status = this.#drawnStatus = this.#status;
    this.element.dataset['status'] = status;
    if (this.#chip) this.#chip.dataset['chip'] = status;
    this.#icon?.setAttribute('href', `/icons.svg#${status}`);
    setText(this.#label, label(status));
    const lit = this.element instanceof HTMLTableRowElement ? this.element : this.#chip;
    if (isSeen && lit) this.#flash = flash(lit, this.#flash);
  }

  #drawTime(time: HTMLTimeElement, changedAt: number): void {
    if (this.#drawnChangedAt === changedAt) return;
    this.#drawnChangedAt = changedAt;
    const exact = new Date(changedAt);
    time.dateTime = exact.toISOString();
    time.title = exactTime.format(exact);
  }
}

/** The one text of an element, to write without laying hands on the element. */
function textOf(element: Element | null | undefined): Text {
  if (element?.firstChild instanceof Text && element.childNodes.length === 1) return element.firstChild;
  const text = document.createTextNode('');
  element?.replaceChildren(text);
  return text;
}

function setText(node: Text, text: string): void {
  if (node.data !== text) node.data = text;
}
