import type { PipelineSnapshot } from './contracts.js';
import { notify } from './observable.js';

export type StatusListener = (snapshot: PipelineSnapshot) => void;

/** Who watches what. A pipeline is watched as long as one of its watchers is left. */
export class WatchRegistry {
  readonly #listeners = new Map<string, Set<StatusListener>>();

  /** Returns the function that ends this watch and no other. */
  add(ids: Iterable<string>, listener: StatusListener): () => void {
    const own = new Set(ids);
    const call: StatusListener = snapshot => listener(snapshot);
    for (const id of own) {
      const listeners = this.#listeners.get(id);
      if (listeners) listeners.add(call);
      else this.#listeners.set(id, new Set([call]));
    }
    return () => {
      for (const id of own) {
        const listeners = this.#listeners.get(id);
        listeners?.delete(call);
        if (listeners?.size === 0) this.#listeners.delete(id);
      }
    };
  }

  ids(): string[] {
    return [...this.#listeners.keys()];
  }

  publish(snapshot: PipelineSnapshot): void {
    notify(this.#listeners.get(snapshot.pipelineId) ?? [], snapshot);
  }
}
