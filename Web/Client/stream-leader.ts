import { Alarm } from './alarm.js';
import type { SSEEvent } from './contracts.js';
import type { Environment } from './environment.js';
import { TooManyPipelinesError, type RequestLimits } from './request-limits.js';
import type { LeaderMessage } from './shared-messages.js';
import { covers, type StreamMemory } from './stream-memory.js';
import { SignedOutError, StreamRefusedError, type OpenStream, type StreamSource, type Wanted } from './stream-source.js';
import { unionOf } from './wanted-union.js';

/** How long joins, leaves and changes are collected before the stream follows them. */
export const gatherDelay = 20;
/** The same after another leader: tabs that are busy take a while to say that they are there. */
export const takeoverDelay = 100;
/** Tabs that have seen more than the stream has told replace it no more often than this. */
export const restDelay = 500;

/** Holds the one stream of a browser, for the union of what its tabs want, and passes on what it says. */
export class StreamLeader {
  readonly #members = new Map<string, Wanted>();
  readonly #present = new Set<string>();
  #stream: OpenStream | undefined;
  #opened = false;
  /** A tab has seen more than the stream has told: another one is to follow. */
  #isOutdated = false;
  /** Tabs that have come since: they wait for that one. */
  readonly #waiting = new Set<string>();
  #closed = false;
  readonly #gathering: Alarm;
  #restUntil: number;

  constructor(
    private readonly environment: Environment,
    private readonly limits: RequestLimits,
    private readonly source: StreamSource,
    private readonly memory: StreamMemory,
    follows: boolean,
    private readonly publish: (message: LeaderMessage) => void,
  ) {
    this.#gathering = new Alarm(environment);
    this.#restUntil = environment.now() + (follows ? takeoverDelay : gatherDelay);
  }

  /** A tab whose pipelines are too many beside those of the others is told so; the others keep their stream. */
  join(member: string, wanted: Wanted, since?: string): void {
    if (!this.#admit(member, wanted)) return;
    this.#present.add(member);
    if (since && !covers(this.memory.lastEventId, since)) {
      this.memory.skipTo(since);
      this.#isOutdated = this.#stream !== undefined;
    }
    if (this.#isOutdated) this.#waiting.add(member);
    if (this.#stream && this.#opened && !this.#isOutdated) this.#welcome(member, wanted.ids);
    this.#gather();
  }

  /** A tab wants something else; of what the others watch already it is told at once. */
  change(member: string, changed: Partial<Wanted>): void {
    const before = this.#members.get(member);
    if (!before) return;
    const wanted = { ...before, ...changed };
    const hasOtherIds = wanted.ids !== before.ids;
    // A tab that scrolls says so often: its list is looked through only when it is another one.
    if (hasOtherIds && !this.#admit(member, wanted)) return;
    this.#members.set(member, wanted);
    const known = new Set(hasOtherIds ? before.ids : []);
    const ids = hasOtherIds ? wanted.ids.filter(id => !known.has(id)) : [];
    const isNews = ids.length > 0 || (wanted.list && !before.list);
    if (isNews && this.#stream && this.#opened && !this.#isOutdated) this.#replay(member, ids, 0);
    this.#gather();
  }

  /** The answer to a roll call. */
  here(member: string, wanted: Wanted): void {
    if (this.#members.has(member)) this.#present.add(member);
    else this.join(member, wanted);
  }

  leave(member: string): void {
    this.#members.delete(member);
    this.#waiting.delete(member);
    this.#gather();
  }

  close(): void {
    this.#closed = true;
    this.#gathering.clear();
    this.#stream?.close();
    this.#stream = undefined;
  }

  #admit(member: string, wanted: Wanted): boolean {
    const { ids } = unionOf([...new Map(this.#members).set(member, wanted).values()]);
    const limit = this.limits.fittingStream(ids);
    if (limit < ids.length) {
      this.#members.delete(member);
      this.publish({ kind: 'failed', to: [member], reason: '', count: ids.length, limit });
      return false;
    }
    this.#members.set(member, wanted);
    return true;
  }

  #gather(): void {
    if (this.#gathering.isSet || this.#closed) return;
    const waits = !this.#stream || this.#isOutdated;
    this.#gathering.set(waits ? Math.max(gatherDelay, this.#restUntil - this.environment.now()) : gatherDelay, () => this.#follow());
  }

  /** Makes the stream one for exactly what is wanted now. */
  #follow(): void {
    if (this.#members.size === 0) return;
    const wanted = unionOf([...this.#members.values()]);
    if (this.#stream && !this.#isOutdated) {
      this.#stream.update(wanted);
      return;
    }
    if (this.#stream && this.environment.now() < this.#restUntil) {
      this.#gather();
      return;
    }
    if (this.#stream) this.publish({ kind: 'interrupted' });
    this.#stream?.close();
    this.#open(wanted);
  }

  #open(wanted: Wanted): void {
    this.#opened = this.#isOutdated = false;
    this.#waiting.clear();
    this.#restUntil = this.environment.now() + restDelay;
    try {
      this.#stream = this.source.open(wanted, {
        opened: () => {
          this.#opened = true;
          this.publish({ kind: 'opened', to: [...this.#members.keys()].filter(member => !this.#waiting.has(member)) });
        },
        event: (event, id) => this.#event(event, id),
        interrupted: () => {
          this.#opened = false;
          this.publish({ kind: 'interrupted' });
        },
        failed: error => this.#fail(error),
      });
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #event(event: SSEEvent, id: string): void {
    if (event.type === 'heartbeat') this.#callRoll();
    this.publish({ kind: 'event', event, id });
  }

  #fail(error: Error): void {
    this.#stream = undefined;
    this.#opened = false;
    if (error instanceof TooManyPipelinesError && this.#leaveOut()) return;
    this.publish({
      kind: 'failed',
      reason: error.message,
      ...(error instanceof StreamRefusedError ? { refused: error.ids } : {}),
      ...(error instanceof TooManyPipelinesError ? { count: error.count, limit: error.limit } : {}),
      ...(error instanceof SignedOutError && { signedOut: true }),
    });
  }

  /** A stream turns out to take less: it is for the tabs that fit, from the first one on. Returns whether that helps. */
  #leaveOut(): boolean {
    const before = [...this.#members];
    this.#members.clear();
    for (const [member, wanted] of before) this.#admit(member, wanted);
    if (this.#members.size === 0) return true;
    if (this.#members.size === before.length) return false;
    this.publish({ kind: 'interrupted' });
    this.#gather();
    return true;
  }

  /** A tab that comes later is told what the others know. */
  #welcome(member: string, ids: readonly string[]): void {
    this.publish({ kind: 'opened', to: [member] });
    this.#replay(member, ids);
  }

  #replay(member: string, ids: readonly string[], revision?: number): void {
    this.memory.replay(ids, revision).forEach((event, index) =>
      this.publish({ kind: 'event', to: [member], event, id: index === 0 ? this.memory.lastEventId ?? '' : '' }));
  }

  /** A tab that crashed says no goodbye. Whoever has not answered since the last roll call is gone. */
  #callRoll(): void {
    for (const member of [...this.#members.keys()]) {
      if (!this.#present.has(member)) this.leave(member);
    }
    this.#present.clear();
    this.publish({ kind: 'rollcall' });
  }
}
