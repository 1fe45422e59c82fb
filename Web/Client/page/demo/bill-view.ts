import { BackendBill, type Bill } from './backend-bill.js';
import type { ReplicaView } from './demo-state.js';

const mostNames = 5;

/** What the backend pays for all that is watched. */
export class BillView {
  readonly #bill = new BackendBill();
  readonly #panel = document.querySelector<HTMLElement>('[data-bill]');
  readonly #lanes = document.querySelector<HTMLElement>('[data-bill-lanes]');

  show(replicas: readonly ReplicaView[], intervalMs: number | undefined): void {
    const bill = this.#bill.look(replicas, performance.now());
    this.#say('requests', bill?.requests?.toFixed(1) ?? '–');
    this.#say('plain', bill ? bill.plain.toFixed(1) : '–');
    this.#say('without-hub', bill ? bill.withoutHub.toFixed(1) : '–');
    this.#say('saved', bill?.saved === undefined ? '–' : `${bill.saved} %`);
    this.#say('reads', bill?.reads === undefined ? '' : `, for ${bill.reads.toFixed(1)} reads, over ${Math.round(bill.over / 1000)}\u00a0s`);
    this.#note('down', bill?.isDown ? 'The backend answers nothing. Until it does it is only tried, now and then.' : '');
    const isStretched = bill !== undefined && bill.stretch > 1.005;
    this.#note('stretch', isStretched ? `Stretched: all intervals are ${bill.stretch.toFixed(1)} times as long, to stay within the budget.` : '');
    this.#note('pace', bill ? (bill.isDown ? '' : paceWords(bill, intervalMs)) : 'No replica says that it polls.');
    this.#showLanes(bill);
  }

  #showLanes(bill: Bill | undefined): void {
    if (!this.#lanes) return;
    const named = bill?.lanes.reduce((all, lane) => all + lane.pipelineIds.length, 0) ?? 0;
    this.#lanes.hidden = named === 0;
    const body = this.#lanes.querySelector('tbody');
    const text = JSON.stringify(bill?.lanes ?? []);
    if (!body || body.dataset['shown'] === text) return; // whoever reads it is not disturbed by what has not changed
    body.dataset['shown'] = text;
    body.replaceChildren(...(bill?.lanes ?? []).map(lane => {
      const row = document.createElement('tr');
      row.append(cell('th', every(lane.intervalMs)), cell('td', String(lane.pipelineIds.length)), cell('td', names(lane.pipelineIds)));
      return row;
    }));
    this.#note('more', bill && bill.slow > named ? `And ${bill.slow - named} more.` : '');
  }

  #say(name: string, text: string): void {
    const element = this.#panel?.querySelector(`[data-bill-${name}]`);
    if (element && element.textContent !== text) element.textContent = text;
  }

  /** What is said only when there is something to say. */
  #note(name: string, text: string): void {
    this.#say(name, text);
    this.#panel?.querySelector<HTMLElement>(`[data-bill-${name}]`)?.toggleAttribute('hidden', text === '');
  }
}

function paceWords({ pipelines, slow }: Bill, intervalMs: number | undefined): string {
  const interval = intervalMs ? every(intervalMs) : 'every interval';
  if (slow === 0) return pipelines === 1 ? `The one pipeline is read ${interval}.` : `All ${pipelines} pipelines are read ${interval}: none rests.`;
  return `${slow} of ${pipelines} pipelines ${slow === 1 ? 'rests and is' : 'rest and are'} read less often; the others ${interval}.`;
}

function names(pipelineIds: readonly string[]): string {
  const rest = pipelineIds.length - mostNames;
  return rest > 1 ? `${pipelineIds.slice(0, mostNames).join(', ')} and ${rest} more` : pipelineIds.join(', ');
}

function every(milliseconds: number): string {
  return `every ${Math.round(milliseconds / 100) / 10}\u00a0s`;
}

function cell(name: 'td' | 'th', text: string): HTMLTableCellElement {
  const element = document.createElement(name);
  if (name === 'th') element.setAttribute('scope', 'row');
  element.textContent = text;
  return element;
}
