import type { Observable } from '../pipeline-status.js';
import { readList, type ListedPipeline } from './pipeline-list.js';

/** How often the list is asked for while no stream tells of its changes. */
export const askEvery = 30_000;
/** Pages that are all told of a change at once ask within this time, each at another moment. */
export const askWithin = 500;
/** A list that could not be read, or is older than what the stream tells, is asked for again after this, then twice as much … */
export const retryAfter = 3000;

/** What the feed needs of the browser. */
export interface ListFeedEnvironment {
  setTimeout(callback: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
  random(): number;
  fetch(url: string, headers: Record<string, string>): Promise<Pick<Response, 'ok' | 'headers' | 'json'> & { readonly status: number }>;
  /** Whether nobody can see the page, or nothing may be sent. */
  isQuiet(): boolean;
  /** The server wants to know who asks. */
  signedOut(): void;
}

/** Keeps the list of pipelines up to date: asks when the stream says that it is another, and now and then while none does. */
export class ListFeed {
  #etag: string | undefined;
  #isAsking = false;
  #isWanted = false;
  #failures = 0;
  #timer: unknown;

  /** `told` is the list's ETag as the stream tells it; `took` hears every list that is another than the one before. */
  constructor(
    private readonly environment: ListFeedEnvironment,
    private readonly url: string,
    private readonly told: Observable<string | undefined>,
    private readonly took: (list: readonly ListedPipeline[]) => void,
  ) {}

  /** Begins; asks at once when the page has not all of the list yet. */
  start(isWhole: boolean): void {
    this.told.subscribe(etag => this.#hear(etag));
    if (isWhole) this.#next(this.#pause());
    else this.#ask();
  }

  /** Somebody looks at the page again, or is signed in again. */
  shown(): void {
    if (this.told.value === undefined) this.#ask();
    else this.#hear(this.told.value);
  }

  #hear(etag: string | undefined): void {
    this.#failures = 0;
    this.#next(etag === undefined || this.#isCurrent ? this.#pause() : askWithin * this.environment.random());
  }

  get #isCurrent(): boolean {
    return this.#etag !== undefined && shown(this.told.value) === shown(this.#etag);
  }

  #next(delay: number): void {
    this.environment.clearTimeout(this.#timer);
    this.#timer = this.environment.setTimeout(() => this.#due(), delay);
  }

  #due(): void {
    // A page that nobody sees asks when it is shown again.
    if (this.environment.isQuiet() || this.#isCurrent) this.#next(this.#pause());
    else this.#ask();
  }

  #ask(): void {
    this.environment.clearTimeout(this.#timer);
    this.#isWanted = true;
    if (!this.#isAsking) void this.#read();
  }

  async #read(): Promise<void> {
    this.#isAsking = true;
    let isRead = false;
    while (this.#isWanted) {
      this.#isWanted = false;
      isRead = await this.#readOnce();
    }
    this.#isAsking = false;
    // The list may have changed once more meanwhile, or the replica that answered is behind.
    const isBehind = this.told.value !== undefined && !this.#isCurrent;
    const isDone = isRead && !isBehind;
    this.#next(isDone ? this.#pause() : Math.min(this.#pause(), retryAfter * 2 ** this.#failures));
    this.#failures = isDone ? 0 : this.#failures + 1;
  }

  async #readOnce(): Promise<boolean> {
    try {
      const answer = await this.environment.fetch(this.url, this.#etag === undefined ? {} : { 'If-None-Match': this.#etag });
      if (answer.status === 304) return true;
      if (answer.status === 401) this.environment.signedOut();
      const list = answer.ok ? readList(await answer.json()) : undefined;
      if (!list) return false;
      this.#etag = answer.headers.get('ETag') ?? undefined;
      this.took(list);
      return true;
    } catch {
      return false;
    }
  }

  #pause(): number {
    return askEvery * (1 + this.environment.random() / 5);
  }
}

/**
 * Which pipelines a list shows: the first part of its ETag, all that the stream tells; what follows is about their statuses. What
 * compresses an answer on its way may have made the ETag a weak one.
 */
function shown(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\/|"|\..*$/g, '');
}
