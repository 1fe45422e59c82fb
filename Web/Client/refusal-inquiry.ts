import type { Environment } from './environment.js';
import { PollError, unreachable, type PollRequest } from './poll-request.js';
import type { RequestLimits } from './request-limits.js';
import { ServerLook } from './server-look.js';
import type { Session } from './session.js';
import type { StreamRefusedError } from './stream-source.js';

/** How long a tab leaves it to the one that wanted to open their stream to ask why it was refused, in milliseconds. */
const othersAskWithin = 300;

/** Finds out, by one poll, why a stream was refused: an EventSource hides it. */
export class RefusalInquiry {
  readonly #look: ServerLook;

  /** `explained` is told the reason, unless it is that nobody is signed in; the next attempt starts no sooner than `floor` ms from now. */
  constructor(
    environment: Environment,
    request: PollRequest,
    private readonly limits: RequestLimits,
    private readonly session: Session,
    private readonly explained: (error: Error, floor: number) => void,
  ) {
    this.#look = new ServerLook(environment, request);
  }

  /** `wanted` are the pipelines of this tab: when the server takes fewer in one request, that is the reason. */
  ask(refusal: StreamRefusedError, wanted: readonly string[]): void {
    const { ids, isOwn } = refusal;
    this.#look.look(ids, result => {
      if (result instanceof PollError && result.isSignedOut) {
        this.session.refused(result);
        return;
      }
      this.session.answered(result === 'answered');
      try {
        this.limits.checkStream(wanted);
        if (result instanceof PollError) this.explained(result, result.retryAfter);
        else this.explained(result === 'answered' ? refusal : new Error(unreachable), 0);
      } catch (tooMany) {
        this.explained(tooMany as Error, 0);
      }
    }, isOwn ? 0 : othersAskWithin);
  }

  cancel(): void {
    this.#look.cancel();
  }
}
