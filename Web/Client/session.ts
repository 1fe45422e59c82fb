import type { ChannelLike, Environment } from './environment.js';
import type { PollError } from './poll-request.js';

export interface SessionHandlers {
  /** Nothing may be sent from now on. */
  signedOut(): void;
  /** The server may be asked again, to find out. */
  ask(): void;
  /** Asking has shown that people are signed in (`isProven`), or that something else is wrong. */
  over(isProven: boolean): void;
}

/** What tabs tell each other. */
interface SessionMessage {
  readonly isSignedIn: boolean;
}

/**
 * Whether the server knows who asks, as its answers tell. The tabs of a browser have one session: what one of them learns the others
 * hear from it, those without a stream too, and need not ask.
 */
export class Session {
  #state: 'in' | 'out' | 'asking' = 'in';
  #channel: ChannelLike | undefined;
  /** What tabs have told each other last, as far as this one has heard it. */
  #told: boolean | undefined;

  constructor(
    private readonly environment: Pick<Environment, 'openChannel'>,
    private readonly endpoint: string,
    private readonly handlers: SessionHandlers,
  ) {}

  /** Nothing may be sent. */
  get isOut(): boolean {
    return this.#state === 'out';
  }

  /** Nothing may be sent, or it is being found out whether that is still so. */
  get isInDoubt(): boolean {
    return this.#state !== 'in';
  }

  /** Hears the other tabs; only a tab that is awake needs to. */
  open(): void {
    this.close();
    try {
      this.#channel = this.environment.openChannel?.(`pipeline-status session ${this.endpoint}`);
    } catch {
      // Browsers forbid channels to some pages: each asks for itself.
    }
    if (this.#channel) this.#channel.onmessage = event => this.#hear(event.data as SessionMessage);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = this.#told = undefined;
  }

  /** A poll was. A 403 may be about one request: no other tab is told of it. */
  refused({ status }: PollError): void {
    if (status === 401) this.#tell(false);
    else this.#told = undefined;
    this.#end();
  }

  /** The server wants to know who asks, whatever is asked. */
  end(): void {
    this.#tell(false);
    this.#end();
  }

  /** Somebody looks again, or wants to know. */
  ask(): void {
    if (!this.isOut) return;
    this.#state = 'asking';
    this.handlers.ask();
  }

  /** The server has answered as it does to those it knows (`isProven`), or in a way that tells nothing of that. */
  answered(isProven: boolean): void {
    if (this.isOut) return;
    const wasInDoubt = this.isInDoubt;
    this.#state = 'in';
    if (isProven) this.#tell(true);
    if (wasInDoubt) this.handlers.over(isProven);
  }

  #end(): void {
    if (this.isOut) return;
    this.#state = 'out';
    this.handlers.signedOut();
  }

  #tell(isSignedIn: boolean): void {
    if (this.#told === isSignedIn) return;
    this.#told = isSignedIn;
    this.#channel?.postMessage({ isSignedIn } satisfies SessionMessage);
  }

  #hear({ isSignedIn }: SessionMessage): void {
    this.#told = isSignedIn;
    if (isSignedIn) this.ask();
    // Whoever is asking finds out: the other's word may be from before.
    else if (this.#state === 'in') this.#end();
  }
}
