import type { PipelineStatus } from '../index.js';
import type { ClientSource } from './provider.js';

/** The statuses of some pipelines, `unknown` until the server has told them. */
export type Statuses = Readonly<Record<string, PipelineStatus>>;

/** Some pipelines as a store of React's: one object until a status changes, and one notice for all that change together. */
export class PipelineGroup {
  /** What a server renders, and a browser until it has taken over. */
  readonly unknown: Statuses;
  #statuses: Statuses | undefined;

  constructor(private readonly client: ClientSource, private readonly ids: readonly string[]) {
    this.unknown = this.#build(() => 'unknown');
  }

  read = (): Statuses => this.#statuses ??= this.#look();

  subscribe = (changed: () => void): (() => void) => {
    let [isDue, isOver] = [false, false];
    const stop = this.client().watch(this.ids, () => {
      if (isDue) return;
      isDue = true;
      // A batch names thousands of pipelines: they are looked through once.
      queueMicrotask(() => {
        isDue = false;
        if (!isOver && this.#refresh()) changed();
      });
    });
    this.#refresh();
    return () => {
      isOver = true;
      stop();
    };
  };

  #refresh(): boolean {
    const [before, now] = [this.read(), this.#look()];
    const isOther = this.ids.some(id => now[id] !== before[id]);
    if (isOther) this.#statuses = now;
    return isOther;
  }

  #look(): Statuses {
    const client = this.client();
    return this.#build(id => client.getStatus(id)?.status ?? 'unknown');
  }

  #build(statusOf: (id: string) => PipelineStatus): Statuses {
    return Object.fromEntries(this.ids.map(id => [id, statusOf(id)]));
  }
}
