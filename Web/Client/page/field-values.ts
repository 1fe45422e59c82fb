import type { PipelineSnapshot } from '../pipeline-status.js';

/** Numbers as people read them, three digits of a fraction at most. */
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

/** The facts of a page that stand for fields of one pipeline: shown once a field is told, and with a sign when nobody vouches for it. */
export class FieldValues {
  readonly #facts = [...document.querySelectorAll<HTMLElement>('[data-field]')];
  #drawn: PipelineSnapshot | undefined;

  draw(snapshot: PipelineSnapshot | undefined): void {
    if (!snapshot || snapshot === this.#drawn) return;
    this.#drawn = snapshot;
    for (const fact of this.#facts) this.#draw(fact, snapshot);
  }

  #draw(fact: HTMLElement, { fields, fieldsFreshness = 'fresh' }: PipelineSnapshot): void {
    const value = fields?.[fact.dataset['field'] ?? ''];
    if (value === undefined && fact.hidden) return;
    fact.hidden = false;
    // The sign is there for those who hear the page, too.
    fact.dataset['freshness'] = value === undefined ? 'fresh' : fieldsFreshness;
    const [shown, unit, sign] = ['value', 'unit', 'stale'].map(part => fact.querySelector<HTMLElement>(`[data-field-${part}]`));
    if (shown) shown.textContent = value === undefined ? 'none now' : textOf(value);
    if (unit) unit.hidden = value === undefined;
    if (sign) sign.hidden = value === undefined || fieldsFreshness === 'fresh';
  }
}

function textOf(value: unknown): string {
  return typeof value === 'number' ? number.format(value) : typeof value === 'string' ? value : JSON.stringify(value);
}
