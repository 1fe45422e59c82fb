import { ago, freshnessWords, label } from './format.js';
import { PagePipeline } from './page-pipeline.js';
import { flash } from './row-motion.js';
import { drawIcon } from './status-icons.js';

const exactTime = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric',
});

/** One element of the page that stands for a pipeline, a row of the list or the details: what is drawn. */
export class PipelineElement {
  readonly #chip: HTMLElement | null;
  readonly #icon: Element | null;
  readonly #label: Text;
  readonly #time: HTMLTimeElement | null;
  readonly #ago: Text;
  readonly #freshness: Text;
  #drawnStatus: string;
  #drawnChangedAt: number | undefined;
  #flash: Animation | undefined;

  constructor(readonly element: HTMLElement, readonly pipeline: PagePipeline) {
    this.#drawnStatus = element.dataset['status'] ?? '';
    this.#chip = element.querySelector('.chip');
    this.#icon = this.#chip?.querySelector('svg') ?? null;
    this.#label = textOf(this.#chip?.querySelector('[data-status-label]'));
    this.#time = element.querySelector('[data-changed]');
    this.#ago = textOf(this.#time);
    this.#freshness = textOf(element.querySelector('[data-freshness-words]'));
  }

  /** Writes what is known and not shown yet. */
  draw(live: boolean, isSeen: boolean): void {
    const { snapshot, isListed, status } = this.pipeline;
    const { dataset } = this.element;
    const freshness = isListed ? snapshot?.freshness : 'stale';
    if (freshness && dataset['freshness'] !== freshness) dataset['freshness'] = freshness;
    if (this.#drawnStatus !== status) this.#drawStatus(status, isSeen);
    this.tick(live);
  }

  /** Writes what depends on the time of day. */
  tick(live: boolean): void {
    const { snapshot, isListed, changedAt } = this.pipeline;
    if (this.#time && changedAt !== undefined) {
      setText(this.#ago, ago(Date.now() - changedAt));
      this.#drawTime(this.#time, changedAt);
    }
    if (!isListed) setText(this.#freshness, 'no longer in the list');
    else if (snapshot) setText(this.#freshness, freshnessWords(snapshot, performance.now(), live));
  }

  #drawStatus(status: string, isSeen: boolean): void {
    this.#drawnStatus = status;
    this.element.dataset['status'] = status;
    if (this.#chip) this.#chip.dataset['chip'] = status;
    if (this.#icon) drawIcon(this.#icon, status);
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

/** The pipeline that an element of the server's first paint stands for. `clockSkew` is what the browser's clock is ahead of the server's. */
export function paintedPipeline(element: HTMLElement, clockSkew: number): PagePipeline {
  const { pipelineId = '', name = pipelineId, status = 'unknown', changedAt = '' } = element.dataset;
  return new PagePipeline(pipelineId, name, status, changedAt === '' ? undefined : Number(changedAt) + clockSkew);
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
