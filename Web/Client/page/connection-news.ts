import type { ConnectionState, TransportInfo } from '../contracts.js';
import type { Environment } from '../environment.js';
import { seconds } from './format.js';

/** An interruption shorter than this is no news. */
export const lostAfter = 3000;
/** What works again is believed after so long. */
export const believedAfter = 1000;

type Condition = 'up' | 'polling' | 'lost' | 'signed-out';

/** What is known of the connection at one moment. */
export interface ConnectionFacts {
  readonly state: ConnectionState;
  readonly transport: Pick<TransportInfo, 'transport' | 'fallbackActive' | 'problem' | 'pollingProblem'>;
  /** Whether the browser believes to have a network. */
  readonly online: boolean;
}

/** Says in one sentence that the connection is lost, once that lasts, and in one that it is back. */
export class ConnectionNews {
  #told: Condition = 'up';
  #next: Condition | undefined;
  #timer: unknown;

  constructor(
    private readonly clock: Pick<Environment, 'setTimeout' | 'clearTimeout'>,
    private readonly pollInterval: number,
    private readonly say: (sentence: string) => void,
  ) {}

  follow(facts: ConnectionFacts): void {
    const condition = conditionOf(facts);
    const next = condition === this.#told ? undefined : condition;
    if (next === this.#next) return;
    this.#next = next;
    this.clock.clearTimeout(this.#timer);
    if (next) this.#timer = this.clock.setTimeout(() => this.#tell(next), next === 'lost' ? lostAfter : believedAfter);
  }

  #tell(condition: Condition): void {
    const before = this.#told;
    this.#told = condition;
    this.#next = undefined;
    this.say(this.#sentence(condition, before));
  }

  #sentence(condition: Condition, before: Condition): string {
    switch (condition) {
      case 'lost':
        return 'Connection lost. The statuses may be out of date; this page keeps trying.';
      case 'polling':
        return `Live updates stopped; asking every ${seconds(this.pollInterval)} instead.`;
      case 'signed-out':
        return 'You have been signed out. The statuses are no longer kept up to date; sign in again to see them live.';
      case 'up':
        if (before === 'signed-out') return 'You are signed in again, and the statuses are up to date.';
        return before === 'lost' ? 'The connection is back.' : 'Live updates are back.';
    }
  }
}

/** Undefined while it is too early to say, or nobody looks. */
function conditionOf({ state, transport, online }: ConnectionFacts): Condition | undefined {
  if (transport.problem === 'signed_out') return 'signed-out';
  if (transport.transport === 'polling') {
    if (transport.pollingProblem !== undefined || !online) return 'lost';
    return transport.fallbackActive ? 'polling' : 'up';
  }
  switch (state) {
    case 'connected':
      return 'up';
    case 'reconnecting':
    case 'error':
      return 'lost';
    case 'connecting':
      return undefined;
    case 'disconnected':
      return online ? undefined : 'lost';
  }
}
