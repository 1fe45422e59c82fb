/** What the library needs of an EventSource; the browser's own has it all. */
export interface EventSourceLike {
  /** 0 connecting, 1 open, 2 closed. */
  readonly readyState: number;
  /** Called when the answer has begun. */
  onopen: ((event: Event) => unknown) | null;
  /** Hears the events of that name, `error` for a broken connection. */
  addEventListener(type: string, listener: (event: Event) => void): void;
  /** Ends the stream. */
  close(): void;
}

/** A request as the library makes it. */
export interface RequestLike {
  readonly signal: AbortSignal;
  readonly headers: Record<string, string>;
  /** GET unless it is named. */
  readonly method?: 'POST';
  readonly body?: string;
}

/** What the library needs of the answer to a request; that of `fetch` has it all. */
export interface ResponseLike {
  /** Whether the status is from 200 to 299. */
  readonly ok: boolean;
  /** The status code of HTTP. */
  readonly status: number;
  /** `opaqueredirect` for an answer that leads elsewhere and was not followed. */
  readonly type?: string | undefined;
  /** Headers by their names, in any case. */
  readonly headers: { get(name: string): string | null };
  /** The body, read as JSON. */
  json(): Promise<unknown>;
}

/** What happens around the page. Targets are the browser's `document` and `window`. */
export interface PageSurroundings {
  readonly document: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>;
  readonly window: Pick<EventTarget, 'addEventListener' | 'removeEventListener' | 'dispatchEvent'>;
  /** Whether anybody can see the page. */
  isVisible(): boolean;
  /** Whether the browser believes to have a network. */
  isOnline(): boolean;
}

/** What the library needs of a BroadcastChannel. */
export interface ChannelLike {
  onmessage: ((event: MessageEvent) => unknown) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Everything outside the library, injected so that a test owns time, chance and the network. */
export interface Environment {
  /** Monotonic milliseconds: all waiting and all freshness is measured by it. */
  now(): number;
  /** Unix milliseconds of this machine, for showing to people only. */
  wallClock(): number;
  /** Calls back once, `delay` milliseconds from now at the earliest. */
  setTimeout(callback: () => void, delay: number): unknown;
  /** Takes back what `setTimeout` returned. */
  clearTimeout(handle: unknown): void;
  /** 0 (included) to 1 (excluded). */
  random(): number;
  /** Absent where the browser has no EventSource: polling is used at once. */
  readonly createEventSource?: ((url: string) => EventSourceLike) | undefined;
  /** How the tabs of one browser find each other. Absent where it has no BroadcastChannel: every tab has a stream of its own. */
  readonly openChannel?: ((name: string) => ChannelLike) | undefined;
  /** As the browser's own, which does not follow a redirect here: it would end at the page that signs people in. */
  fetch(url: string, init: RequestLike): Promise<ResponseLike>;
  /** Where the client says what it does. */
  readonly console: { log(line: string): void; warn(line: string): void };
  /** The page around the client. */
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
    openChannel: typeof BroadcastChannel === 'undefined' ? undefined : name => new BroadcastChannel(name),
    fetch: (url, init) => globalThis.fetch(url, { ...init, cache: 'no-store', redirect: 'manual' }),
    console,
    page: {
      document,
      window,
      isVisible: () => document.visibilityState === 'visible',
      isOnline: () => navigator.onLine,
    },
  };
}
