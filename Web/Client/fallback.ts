import { Alarm } from './alarm.js';
import type { ResolvedConfig } from './config.js';
import type { TransportInfo } from './contracts.js';
import type { Environment } from './environment.js';
import { maxJitter } from './reconnect-policy.js';

/** Polling in the place of a stream that cannot be had, and the quiet attempts to leave it again. */
export class Fallback {
  readonly #return: Alarm;
  #isActive = false;

  constructor(
    private readonly environment: Environment,
    private readonly config: Pick<ResolvedConfig, 'enablePollingFallback' | 'maxReconnectAttempts' | 'returnInterval'>,
    private readonly retry: () => void,
  ) {
    this.#return = new Alarm(environment);
  }

  /** Whether polling has taken over. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Takes over, unless that is switched off. Returns whether it did. */
  begin(): boolean {
    if (!this.config.enablePollingFallback) {
      this.environment.console.warn('[SSE Manager] Giving up: polling as a fallback is switched off');
      return false;
    }
    this.#isActive = true;
    this.environment.console.warn('[SSE Manager] Falling back to polling');
    this.scheduleReturn();
    return true;
  }

  /** Tells the page, as the event `sse-fallback-triggered` of its window. */
  announce({ problem, error }: TransportInfo): void {
    this.environment.page.window.dispatchEvent(new CustomEvent('sse-fallback-triggered', {
      detail: { attempts: this.config.maxReconnectAttempts, problem, error },
    }));
  }

  /** Streams work again, or are to be tried with all attempts. */
  end(): void {
    this.#isActive = false;
    this.pause();
  }

  /** No attempts while nobody looks. */
  pause(): void {
    this.#return.clear();
  }

  /** Tries at once, since somebody is looking again, and from then on now and again. */
  resume(): void {
    if (!this.#isActive || this.config.returnInterval === 0) return;
    this.scheduleReturn();
    this.retry();
  }

  /** The next quiet attempt, one `returnInterval` from now and a little more, so that browsers do not come all at once. */
  scheduleReturn(): void {
    this.#return.clear();
    const { returnInterval } = this.config;
    if (!this.#isActive || returnInterval === 0) return;
    this.#return.set(returnInterval * (1 + maxJitter * this.environment.random()), () => this.resume());
  }
}
