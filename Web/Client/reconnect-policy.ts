import type { ResolvedConfig } from './config.js';

export interface Attempt {
  /** 1, 2, …, `maxReconnectAttempts`. */
  readonly number: number;
  /** Milliseconds from the failure to the attempt. */
  readonly delay: number;
}

/** The most that chance adds to a delay, so that a crowd of clients does not come back as one. */
export const maxJitter = 0.2;

/** When to try again, and when to stop trying. Knows nothing of clocks or connections. */
export class ReconnectPolicy {
  #failures = 0;

  constructor(
    private readonly config: Pick<ResolvedConfig, 'maxReconnectAttempts' | 'reconnectDelay' | 'maxReconnectDelay'>,
    private readonly random: () => number,
  ) {}

  /** Failures since the last healthy stream. */
  get failures(): number {
    return this.#failures;
  }

  /** A connection failed: the attempt that follows it, or undefined when they are used up. */
  failed(): Attempt | undefined {
    this.#failures++;
    if (this.#failures > this.config.maxReconnectAttempts) return undefined;
    const doubled = this.config.reconnectDelay * 2 ** (this.#failures - 1);
    const delay = Math.min(doubled, this.config.maxReconnectDelay);
    return { number: this.#failures, delay: delay * (1 + maxJitter * this.random()) };
  }

  /**
   * The server said it is going away. That is nobody's failure the first time: the attempt comes at once, spread over
   * half a second. A server that only ever says goodbye is treated like one that fails.
   */
  drained(): Attempt | undefined {
    if (this.#failures > 0 || this.config.maxReconnectAttempts < 1) return this.failed();
    this.#failures = 1;
    return { number: 1, delay: Math.min(500, this.config.reconnectDelay) * this.random() };
  }

  /** A stream has been healthy, or a person asked to start over. */
  reset(): void {
    this.#failures = 0;
  }
}
