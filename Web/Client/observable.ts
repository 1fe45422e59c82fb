/** A value that can be read at any time and watched for changes. */
export interface Observable<T> {
  /** The value now. */
  readonly value: T;
  /** Calls the listener on every change from now on (not with the present value) until the returned function is called. */
  subscribe(listener: (value: T) => void): () => void;
}

export class ObservableValue<T> implements Observable<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #same: (left: T, right: T) => boolean;
  #value: T;

  constructor(initial: T, same: (left: T, right: T) => boolean = Object.is) {
    this.#value = initial;
    this.#same = same;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (this.#same(this.#value, value)) return;
    this.#value = value;
    notify(this.#listeners, value);
  }

  subscribe(listener: (value: T) => void): () => void {
    // Wrapped, so that the same function subscribed twice is two subscriptions.
    const own = (next: T): void => listener(next);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}

/** Calls every listener; one that throws neither silences the others nor harms the caller. */
export function notify<T>(listeners: Iterable<(value: T) => void>, value: T): void {
  for (const listener of [...listeners]) {
    try {
      listener(value);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
