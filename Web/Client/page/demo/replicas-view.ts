import type { ReplicaView } from './demo-state.js';

/** Which replica polls, and how the streams are spread. */
export class ReplicasView {
  readonly #body = document.querySelector('[data-replicas]');

  show(replicas: readonly ReplicaView[]): void {
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
      return row;
    }));
  }
}

function polls(state: NonNullable<ReplicaView['state']>): string {
  if (!state.polling) return 'no';
  return state.sharing === 'isolated' ? 'for itself: no Redis' : 'yes';
}
