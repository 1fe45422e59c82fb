import type { StaleReason } from './contracts.js';
import type { PageSurroundings } from './environment.js';

export interface LifecycleHandlers {
  /** The page is hidden, frozen, put away or cut off: nobody looks, or nothing can come. */
  sleep(staleReason: StaleReason): void;
  wake(): void;
  /** The page stayed awake as far as it knows, but something happened that open connections may not have survived. */
  revalidate(): void;
  /** The browser believes to be offline, which an adapter that went away can make it believe: a look at the server decides. */
  offline(): void;
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
    this.#on(window, 'offline', () => {
      if (this.awake) this.handlers.offline();
    });
    this.#on(window, 'online', () => {
      this.#change(() => (this.#offline = false), true);
      if (this.awake) this.handlers.online();
    });
  }

  get awake(): boolean {
    return this.isShown && !this.#offline;
  }

  /** Whether somebody looks, with a network or without. */
  get isShown(): boolean {
    return !this.#hidden && !this.#frozen && !this.#away;
  }

  /** What a look at the server told: whether it can be reached. */
  reached(isReachable: boolean): void {
    this.#change(() => (this.#offline = !isReachable));
  }

  stop(): void {
    for (const end of this.#ends) end();
  }

  #change(apply: () => void, suspicious = false): void {
    const [before, wasShown] = [this.awake, this.isShown];
    apply();
    // `online` may have been missed in the freezer.
    if (this.#offline && suspicious && this.page.isOnline()) this.#offline = false;
    if (before && !this.awake) this.handlers.sleep(this.#offline ? 'offline' : 'unconfirmed');
    else if (!before && this.awake) this.handlers.wake();
    else if (this.awake && suspicious) this.handlers.revalidate();
    else if (this.isShown && !wasShown) this.handlers.offline();
  }

  #on(target: PageSurroundings['document'], type: string, listener: (event: Event) => void): void {
    target.addEventListener(type, listener);
    this.#ends.push(() => target.removeEventListener(type, listener));
  }
}
