import type { ResolvedConfig } from './config.js';
import type { SSEBatchUpdateEvent } from './contracts.js';
import type { Environment } from './environment.js';
import { PollError, type PollRequest } from './poll-request.js';
import { PollingSource } from './polling-source.js';

export interface PollsSink {
  /** One answer: it names every pipeline whose status is known. Returns whether it was believed. */
  polled(batch: SSEBatchUpdateEvent): boolean;
  /** Nobody vouches for the statuses at the moment. */
  doubtful(): void;
  /** The server wants to know who asks. */
  signedOut(error: PollError): void;
  /** Something that can be read here is another thing now. */
  changed(): void;
}

/** Polls in the place of a stream, or beside one that has told no status: since it was opened, or since the machine slept. */
export class Polls {
  readonly #source: PollingSource;
  #error: Error | undefined;
  #beside: { isConfirmed: boolean } | undefined;

  constructor(environment: Environment, config: ResolvedConfig, request: PollRequest, private readonly sink: PollsSink) {
    this.#source = new PollingSource(environment, config, request, {
      polled: batch => {
        if (!sink.polled(batch)) return;
        this.#error = undefined;
        if (this.#beside) this.#beside.isConfirmed = true;
        sink.changed();
      },
      doubtful: error => this.#fail(error),
    });
  }

  /** Why the last poll got no statuses; undefined while polls succeed, and while nobody polls. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** Whether there is a stream as well. */
  get isBeside(): boolean {
    return this.#beside !== undefined;
  }

  /** Polls these from now on; none stops it. */
  start(ids: readonly string[]): void {
    if (ids.length === 0) this.stop();
    else this.#source.poll(ids);
  }

  startBeside(ids: readonly string[]): void {
    this.#beside = { isConfirmed: false };
    this.sink.changed();
    this.start(ids);
  }

  stop(): void {
    this.#beside = undefined;
    this.#source.stop();
    this.#error = undefined;
    this.sink.changed();
  }

  /** The stream will not come: polls take its place. */
  takeOver(): void {
    this.#beside = undefined;
  }

  /** A stream that speaks again needs no polls beside it, once everything that was in doubt is confirmed. */
  streamSpoke(complete: boolean, ids: readonly string[]): void {
    if (!this.#beside) return;
    if (complete || this.#beside.isConfirmed) this.stop();
    // An answer that is on its way may be older than the event.
    else this.start(ids);
  }

  #fail(error: Error): void {
    if (error instanceof PollError && error.isSignedOut) {
      this.sink.signedOut(error);
      return;
    }
    this.#error = error;
    this.sink.doubtful();
    this.sink.changed();
  }
}
