import { Alarm } from './alarm.js';
import type { ResolvedConfig } from './config.js';
import type { Environment } from './environment.js';
import { ServerLook, type LookResult } from './server-look.js';
import type { PollRequest } from './poll-request.js';

/**
 * What to think of a browser that believes to be offline: an adapter of a virtual machine or a VPN that goes away makes it believe
 * so, and it may never say that it is back. The server is looked for at once, and ever less often while it cannot be reached.
 */
export class NetworkHint {
  readonly #look: ServerLook;
  readonly #again: Alarm;
  #failures = 0;

  /** `asked` names a pipeline to ask for, none while nobody looks; `verdict` is told after each look what the server answered. */
  constructor(
    environment: Environment,
    request: PollRequest,
    private readonly config: Pick<ResolvedConfig, 'reconnectDelay' | 'maxReconnectDelay'>,
    private readonly asked: () => readonly string[],
    private readonly verdict: (result: LookResult) => void,
  ) {
    this.#look = new ServerLook(environment, request);
    this.#again = new Alarm(environment);
  }

  check(): void {
    this.#again.clear();
    const ids = this.asked();
    if (ids.length === 0) return;
    this.#look.look(ids, result => {
      if (result !== 'unreachable') {
        this.#failures = 0;
      } else {
        const { reconnectDelay, maxReconnectDelay } = this.config;
        this.#again.set(Math.min(reconnectDelay * 2 ** this.#failures++, maxReconnectDelay), () => this.check());
      }
      this.verdict(result);
    });
  }

  stop(): void {
    this.#failures = 0;
    this.#again.clear();
    this.#look.cancel();
  }
}
