import { Alarm } from './alarm.js';
import type { Environment } from './environment.js';
import { SilenceWatchdog } from './silence-watchdog.js';

/** How long a tab that knows of no leader listens for one before it leads itself, in milliseconds. */
export const electionDelay = 40;
/** A leader that has said nothing for so long is asked whether it is there, and passed over after as long again, in milliseconds. */
export const leaderPatience = 600;
/** How long a candidate waits for another one that goes before it, in milliseconds. */
const deferDelay = 160;

/** Of two leaders the one of the later term counts, in one term the one with the smaller id. */
export interface Rank {
  readonly term: number;
  readonly id: string;
}

export interface ElectionHandlers {
  /** Ask all tabs who leads. */
  seek(): void;
  /** This tab leads from now on. */
  lead(): void;
  /** Say that this tab leads. */
  affirm(): void;
  /** Another tab leads from now on. */
  follow(): void;
}

/**
 * Which of a browser's tabs has the stream. Needs nothing but messages, since plain http has no Web Locks. A leader that crashed
 * or stands still (in a dialog, in a debugger) is passed over; when it wakes it finds a later term, and follows.
 */
export class TabElection {
  readonly #candidacy: Alarm;
  readonly #silence: SilenceWatchdog;
  #leader: Rank | undefined;
  #term = 0;

  constructor(
    environment: Environment,
    private readonly id: string,
    private readonly handlers: ElectionHandlers,
  ) {
    this.#candidacy = new Alarm(environment);
    this.#silence = new SilenceWatchdog(environment, leaderPatience, () => this.#seek(leaderPatience));
  }

  /** Whom this tab follows, itself included; undefined until there is one. */
  get leader(): Rank | undefined {
    return this.#leader;
  }

  start(): void {
    this.#seek(electionDelay);
  }

  stop(): void {
    this.#candidacy.clear();
    this.#silence.stop();
  }

  /** Another tab knows of no leader, or doubts the one it knew. */
  sought(by: string): void {
    if (this.#leader?.id === this.id) this.handlers.affirm();
    // Of candidates that hear each other one goes first; should it fail to, they ask again.
    else if (this.#candidacy.isSet && by < this.id) this.#candidacy.set(leaderPatience + deferDelay, () => this.#seek(electionDelay));
  }

  /** Another tab speaks as leader. Returns whether it is the one to follow. */
  heard(rank: Rank): boolean {
    this.#term = Math.max(this.#term, rank.term);
    if (this.#leader && outranks(this.#leader, rank)) {
      if (this.#leader?.id === this.id) this.handlers.affirm();
      return false;
    }
    const isNew = !isSame(this.#leader, rank);
    this.#leader = rank;
    this.#candidacy.clear();
    this.#silence.start();
    if (isNew) this.handlers.follow();
    return true;
  }

  /** The leader goes away, and says so. */
  resigned(rank: Rank): void {
    if (!isSame(this.#leader, rank)) return;
    this.#leader = undefined;
    this.#seek(electionDelay);
  }

  #seek(patience: number): void {
    this.#silence.stop();
    this.#candidacy.set(patience, () => this.#win());
    this.handlers.seek();
  }

  #win(): void {
    this.#leader = { term: ++this.#term, id: this.id };
    this.handlers.lead();
  }
}

function isSame(one: Rank | undefined, other: Rank): boolean {
  return one?.term === other.term && one.id === other.id;
}

function outranks(one: Rank, other: Rank): boolean {
  return one.term > other.term || (one.term === other.term && one.id < other.id);
}
