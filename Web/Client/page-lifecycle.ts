import type { StaleReason } from './contracts.js';
import type { PageSurroundings } from './environment.js';

export interface LifecycleHandlers {
  /** The page is hidden, frozen, put away or offline: nobody looks, or nothing can come. */
  sleep(staleReason: StaleReason): void;
  wake(): void;
  /** The page stayed awake as far as it knows, but something happened that open connections may not have survived. */
  revalidate(): void;
  /** The network is back. Comes after `wake`. */
  online(): void;
}

/** Folds what browsers tell of a page's life into sleeping and waking. */
export class PageLifecycle {
  #hidden: boolean;
  #frozen = false;
  #away = false;
  #offline = false;
  readonly #ends: Array<() => void> = [];

  constructor(private readonly page: PageSurroundings, private readonly handlers: LifecycleHandlers) {
    this.#hidden = !page.isVisible();
    const { document, window } = page;
    this.#on(document, 'visibilitychange', () => this.#change(() => (this.#hidden = !page.isVisible())));
    this.#on(document, 'freeze', () => this.#change(() => (this.#frozen = true)));
    this.#on(document, 'resume', () => this.#change(() => (this.#frozen = false), true));
    this.#on(window, 'pagehide', () => this.#change(() => (this.#away = true)));
    this.#on(window, 'pageshow', event => this.#change(
      () => {
        this.#away = false;
        this.#frozen = false;
      },
      (event as PageTransitionEvent).persisted === true));
    this.#on(window, 'offline', () => this.#change(() => (this.#offline = true)));
    this.#on(window, 'online', () => {
      this.#change(() => (this.#offline = false), true);
      if (this.awake) this.handlers.online();
    });
  }

  get awake(): boolean {
    return !this.#hidden && !this.#frozen && !this.#away && !this.#offline;
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  #change(apply: () => void, suspicious = false): void {
    const before = this.awake;
    apply();
    // `online` may have been missed in the freezer; that we are offline is only ever believed of the event.
    if (this.#offline && suspicious && this.page.isOnline()) this.#offline = false;
    if (before && !this.awake) this.handlers.sleep(this.#offline ? 'offline' : 'unconfirmed');
    else if (!before && this.awake) this.handlers.wake();
    else if (this.awake && suspicious) this.handlers.revalidate();
  }

  #on(target: PageSurroundings['document'], type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener);
    this.#ends.push(() => target.removeEventListener(type, listener));
  }
}
