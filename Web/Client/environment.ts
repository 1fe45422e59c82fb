/** What the library needs of an EventSource; the browser's own has it all. */
export interface EventSourceLike {
  readonly readyState: number;
  onopen: ((event: Event) => unknown) | null;
  addEventListener(type: string, listener: (event: Event) => void): void;
  close(): void;
}

export interface ResponseLike {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** What happens around the page. Targets are the browser's `document` and `window`. */
export interface PageSurroundings {
  readonly document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  readonly window: Pick<EventTarget, 'addEventListener' | 'removeEventListener' | 'dispatchEvent'>;
  isVisible(): boolean;
  isOnline(): boolean;
}

/** What the library needs of a BroadcastChannel. */
export interface ChannelLike {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** How the tabs of one browser find each other. */
export interface TabSharing {
  /** Holds the lock of that name until the promise of `held` is settled; as Web Locks does. */
  requestLock(name: string, signal: AbortSignal, held: () => Promise<void>): Promise<void>;
  openChannel(name: string): ChannelLike;
}

/** Everything outside the library, injected so that a test owns time, chance and the network. */
export interface Environment {
  /** Monotonic milliseconds: all waiting and all freshness is measured by it. */
  now(): number;
  /** Unix milliseconds of this machine, for showing to people only. */
  wallClock(): number;
  setTimeout(callback: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
  /** 0 (included) to 1 (excluded). */
  random(): number;
  /** Absent where the browser has no EventSource: polling is used at once. */
  readonly createEventSource?: ((url: string) => EventSourceLike) | undefined;
  /** Absent where the browser has no Web Locks or no BroadcastChannel: every tab has a stream of its own. */
  readonly sharing?: TabSharing | undefined;
  fetch(url: string, init: { signal: AbortSignal; headers: Record<string, string> }): Promise<ResponseLike>;
  readonly console: { log(line: string): void; warn(line: string): void };
  readonly page: PageSurroundings;
}

/** The real thing. */
export function browserEnvironment(): Environment {
  return {
    now: () => performance.now(),
    wallClock: () => Date.now(),
    setTimeout: (callback, delay) => globalThis.setTimeout(callback, delay),
    clearTimeout: handle => globalThis.clearTimeout(handle as number),
    random: () => Math.random(),
    createEventSource: typeof EventSource === 'undefined' ? undefined : url => new EventSource(url),
    sharing: browserSharing(),
    fetch: (url, init) => globalThis.fetch(url, { ...init, cache: 'no-store' }),
    console,
    page: {
      document,
      window,
      isVisible: () => document.visibilityState === 'visible',
      isOnline: () => navigator.onLine,
    },
  };
}

function browserSharing(): TabSharing | undefined {
  // Web Locks need a secure context: https, or localhost.
  if (typeof BroadcastChannel === 'undefined' || !('locks' in navigator)) return undefined;
  return {
    requestLock: (name, signal, held) => navigator.locks.request(name, { signal }, held),
    openChannel: name => new BroadcastChannel(name),
  };
}
