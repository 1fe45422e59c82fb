import { Alarm } from './alarm.js';
import type { Environment, ResponseLike } from './environment.js';
import { knownHash } from './known-hash.js';
import { TooManyPipelinesError, type RequestLimits } from './request-limits.js';
import { retryAfterOf } from './retry-after.js';
import type { KnownStatus, ResumePoint } from './stream-memory.js';
import { SignedOutError, type Wanted } from './stream-source.js';

/** Changes of what is watched are told no more often than this; those that come meanwhile are told together, in milliseconds. */
export const watchInterval = 250;
/** How long a watch request may stay without its answer on the stream, in milliseconds. */
export const acknowledgeTimeout = 5000;
/** How long to wait before a request that was refused is made again, unless the answer names a longer time, in milliseconds. */
export const refusedDelay = 1000;
/** How many answers in a row may say that it is too early (429) until the server is taken not to do what is asked. */
const mostTooEarly = 5;
/** A body may have 1 MB: so much of it for the pipelines that come and go, in bytes. */
const longestList = 600_000;
/** And so much for those on the screen. */
const longestVisible = 300_000;

/** A session is extended by what is asked in its second half: as much of it is over then. */
const renewAt = 0.55;
/** No sooner than this, and no later: a timer cannot be set for longer than 24 days, in milliseconds. */
const [soonestRenewal, latestRenewal] = [1000, 86_400_000];

/** The revision of a pipeline that is to be watched no more. */
export const unasked = Infinity;

/** What one watch request changes. */
interface Change {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly visible: readonly string[] | undefined;
  readonly list: boolean | undefined;
}

/** Changes what one stream watches, by one request after the other. */
export class WatchRequests {
  readonly #next: Alarm;
  readonly #deadline: Alarm;
  readonly #renewal: Alarm;
  /** Revisions that the stream has not answered yet: when they were sent, and the statuses that they named as known. */
  readonly #unanswered = new Map<number, { readonly sentAt: number; readonly known: ReadonlyMap<string, KnownStatus> }>();
  #request: AbortController | undefined;
  #wanted: Wanted | undefined;
  #visible: string | undefined;
  #revision = 0;
  #refusals = 0;
  #nextAt = 0;
  #longestList = longestList;
  #isRenewalDue = false;

  /**
   * `asked` are the pipelines that the server watches or is told to, by the revision that added them; it is kept up to date. A
   * pipeline of the revision `unasked` is to be removed, also when it is wanted again: what was not heard meanwhile is then told. `failed` is called once, when the stream
   * will not bring what is wanted; with a TooManyPipelinesError when no stream of this server will, with a SignedOutError when the
   * server wants to know who asks.
   */
  constructor(
    private readonly environment: Environment,
    private readonly limits: RequestLimits,
    private readonly stream: string,
    private readonly asked: Map<string, number>,
    private list: boolean,
    private readonly resume: ResumePoint,
    private readonly failed: (error: Error) => void,
  ) {
    this.#next = new Alarm(environment);
    this.#deadline = new Alarm(environment);
    this.#renewal = new Alarm(environment);
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#schedule();
  }

  /** A page that only listens is signed in as long as one that polls: a request that changes nothing is made before `expiresIn` ms are over. */
  renewBefore(expiresIn: unknown): void {
    if (typeof expiresIn !== 'number' || !this.#wanted) return;
    this.#renewal.set(Math.min(Math.max(expiresIn * renewAt, soonestRenewal), latestRenewal), () => {
      this.#isRenewalDue = true;
      this.#schedule();
    });
  }

  /** The stream has answered a request. Returns the statuses that it named as known. */
  acknowledged(revision: number): ReadonlyMap<string, KnownStatus> | undefined {
    const answered = this.#unanswered.get(revision);
    this.#unanswered.delete(revision);
    this.#armDeadline();
    if (revision === this.#revision && this.#request) {
      // What has been done was accepted: its other answer may be lost.
      this.#request = undefined;
      this.#refusals = 0;
      this.#schedule();
    }
    return answered?.known;
  }

  stop(): void {
    this.#wanted = undefined;
    this.#next.clear();
    this.#deadline.clear();
    this.#renewal.clear();
    this.#request?.abort();
    this.#request = undefined;
  }

  #schedule(): void {
    if (!this.#wanted || this.#request || this.#next.isSet) return;
    const delay = this.#nextAt - this.environment.now();
    if (delay > 0) this.#next.set(delay, () => this.#send());
    else this.#send();
  }

  #send(): void {
    const change = this.#change();
    if (!change) return;
    this.#isRenewalDue = false;
    const { add, remove, visible, list } = change;
    const known = new Map(add.flatMap(id => {
      const status = this.resume.known.get(id);
      return status ? [[id, status] as const] : [];
    }));
    const revision = ++this.#revision;
    const now = this.environment.now();
    this.#nextAt = now + watchInterval;
    this.#unanswered.set(revision, { sentAt: now, known });
    this.#armDeadline();
    const before = { visible: this.#visible, list: this.list };
    this.#apply(change);
    this.environment.console.log(`[SSE Manager] Watch request ${revision}: ${add.length} added, ${remove.length} removed`
      + (visible ? `, ${visible.length} visible` : ''));
    const { lastEventId } = this.resume;
    const body = JSON.stringify({
      stream: this.stream, revision, add, remove, visible, list,
      ...(known.size > 0 ? { lastEventId, known: knownHash(known.keys()) } : {}),
    });
    const request = this.#request = new AbortController();
    const over = (after: () => void): void => {
      if (this.#request !== request) return;
      this.#request = undefined;
      after();
      this.#schedule();
    };
    this.environment.fetch(`${watchEndpoint(this.limits.endpoint)}`, {
      method: 'POST', body, signal: request.signal, headers: { 'Accept': 'application/json', 'Content-Type': 'application/json' },
    }).then(
      async response => {
        if (response.ok) {
          over(() => (this.#refusals = 0));
          const accepted = await response.json().catch(() => undefined) as { expiresInMs?: unknown } | undefined;
          this.renewBefore(accepted?.expiresInMs);
          return;
        }
        const problem = await response.json().catch(() => undefined) as { revision?: unknown; maxPipelines?: unknown } | undefined;
        over(() => {
          this.#unanswered.delete(revision);
          this.#armDeadline();
          this.#takeBack(change, before);
          this.#refused(response, problem ?? {});
        });
      },
      () => over(() => this.#fail(new Error('A watch request was not answered.'))));
  }

  /** What is to be told next, as much as one request takes; undefined when there is nothing. */
  #change(): Change | undefined {
    const wanted = this.#wanted;
    if (!wanted) return undefined;
    let room = this.#longestList;
    const fits = (id: string): boolean => (room -= id.length + 3) >= 0;
    const remove = [...this.asked].flatMap(([id, revision]) => revision === unasked && fits(id) ? [id] : []);
    const add = wanted.ids.filter(id => (this.asked.get(id) ?? unasked) === unasked && fits(id));
    const list = wanted.list === this.list ? undefined : wanted.list;
    // When everything counts as visible again, everything is named.
    let visible = wanted.visible ?? (this.#visible === undefined ? undefined : wanted.ids);
    room = longestVisible;
    visible = visible?.filter(fits);
    // Everything counts as visible until something else is said.
    if (visible?.join() === this.#visible || (this.#visible === undefined && visible?.length === wanted.ids.length)) visible = undefined;
    return add.length + remove.length > 0 || list !== undefined || visible || this.#isRenewalDue ? { add, remove, visible, list } : undefined;
  }

  #apply({ add, remove, visible, list }: Change): void {
    for (const id of remove) this.asked.delete(id);
    for (const id of add) this.asked.set(id, this.#revision);
    this.#visible = visible?.join() ?? this.#visible;
    this.list = list ?? this.list;
  }

  /** What was refused is still to be told, and perhaps something else with it. */
  #takeBack({ add, remove }: Change, before: { readonly visible: string | undefined; readonly list: boolean }): void {
    for (const id of add) this.asked.delete(id);
    for (const id of remove) this.asked.set(id, unasked);
    this.#visible = before.visible;
    this.list = before.list;
  }

  #refused(response: ResponseLike, { revision, maxPipelines }: { readonly revision?: unknown; readonly maxPipelines?: unknown }): void {
    // A 403 may come from a proxy that lets no POST pass: another stream will tell.
    if (response.status === 401) {
      this.#fail(new SignedOutError());
      return;
    }
    const count = this.#wanted?.ids.length ?? 0;
    if (response.status === 400 && typeof maxPipelines === 'number' && maxPipelines < count) {
      this.limits.lowerMostPerStream(maxPipelines);
      this.#fail(new TooManyPipelinesError(count, maxPipelines));
      return;
    }
    // Where there is too much to do, another stream would be more of it.
    if (response.status === 404 || this.#refusals++ >= (response.status === 429 ? mostTooEarly : 1)) {
      this.#fail(new Error(`A watch request was answered ${response.status}.`));
      return;
    }
    if (response.status === 409 && typeof revision === 'number') this.#revision = Math.max(this.#revision, revision);
    else if (response.status === 413) this.#longestList /= 2;
    else this.#nextAt = this.environment.now() + Math.max(refusedDelay, retryAfterOf(response, this.environment));
  }

  #armDeadline(): void {
    const [oldest] = this.#unanswered.values();
    if (!oldest) this.#deadline.clear();
    else {
      const left = oldest.sentAt + acknowledgeTimeout - this.environment.now();
      this.#deadline.set(Math.max(left, 0), () => this.#fail(new Error('A watch request was not answered on the stream.')));
    }
  }

  #fail(error: Error): void {
    this.stop();
    this.failed(error);
  }
}

/** Watch requests go to the stream's address and one segment more. */
function watchEndpoint(streamEndpoint: string): string {
  return streamEndpoint.replace(/(?=\?|$)/, '/watch');
}
