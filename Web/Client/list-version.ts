import { ObservableValue, type Observable } from './observable.js';

/** The `ETag` of the backend's list, as long as somebody wants to hear of it. */
export class ListVersion implements Observable<string | undefined> {
  readonly #etag = new ObservableValue<string | undefined>(undefined);
  #subscribers = 0;

  /** `wanted` is called when the first subscriber has come, or the last one has gone. */
  constructor(private readonly wanted: () => void) {}

  get value(): string | undefined {
    return this.#etag.value;
  }

  get isWanted(): boolean {
    return this.#subscribers > 0;
  }

  subscribe(listener: (etag: string | undefined) => void): () => void {
    const end = this.#etag.subscribe(listener);
    this.#count(1);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      end();
      this.#count(-1);
    };
  }

  /** Undefined when nobody tells of changes any more. */
  set(etag: string | undefined): void {
    this.#etag.set(this.isWanted ? etag : undefined);
  }

  #count(change: number): void {
    const before = this.isWanted;
    this.#subscribers += change;
    if (this.isWanted === before) return;
    if (before) this.set(undefined);
    this.wanted();
  }
}
