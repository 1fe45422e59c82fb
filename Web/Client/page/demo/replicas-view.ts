import type { ReplicaView } from './demo-state.js';

/** Which replica polls, and how the streams are spread. */
export class ReplicasView {
  readonly #body = document.querySelector('[data-replicas]');
  readonly #streams = document.querySelector('[data-streams-total]');
  readonly #reads = document.querySelector('[data-reads-total]');

  show(replicas: readonly ReplicaView[]): void {
    const alive = replicas.flatMap(({ state }) => state ?? []);
    const streams = alive.reduce((sum, state) => sum + state.streams, 0);
    if (this.#streams) this.#streams.textContent = alive.length === 0 ? '–' : String(streams);
    if (this.#reads) this.#reads.textContent = alive.length === 0 ? '–' : String(alive.reduce((sum, state) => sum + state.reads, 0));
    this.#body?.replaceChildren(...replicas.map(({ address, state }) => {
      const row = document.createElement('tr');
      row.dataset['replica'] = address;
      row.toggleAttribute('data-polling', state?.polling ?? false);
      const cells = state
        ? [state.instance, polls(state), state.streams, state.sequence, state.reads]
        : [new URL(address).host, 'no answer', '–', '–', '–'];
      row.append(...cells.map((text, index) => {
        const cell = document.createElement(index === 0 ? 'th' : 'td');
        if (index === 0) cell.setAttribute('scope', 'row');
        cell.textContent = String(text);
        return cell;
      }));
      if (state) row.cells[streamsColumn]?.append(bar(state.streams / Math.max(1, streams)));
      return row;
    }));
  }
}

const streamsColumn = 2;

/** The part of all streams that a replica has, for the eye alone: the number is beside it. */
function bar(share: number): HTMLElement {
  const element = document.createElement('i');
  element.className = 'share';
  element.setAttribute('aria-hidden', 'true');
  element.style.setProperty('--share', `${share * 100}%`);
  return element;
}

function polls(state: NonNullable<ReplicaView['state']>): string {
  if (!state.polling) return 'no';
  return state.sharing === 'isolated' ? 'for itself: no Redis' : 'yes';
}
