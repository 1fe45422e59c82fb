import type { PipelineSnapshot } from '../pipeline-status.js';

/** One pipeline of a page: what is known of it, whether or not an element stands for it. */
export class PagePipeline {
  #status: string;
  #changedAt: number | undefined;
  #snapshot: PipelineSnapshot | undefined;
  #isListed = true;

  /** `changedAt` is in Unix milliseconds by this machine's clock. */
  constructor(readonly id: string, readonly name: string, status: string, changedAt: number | undefined) {
    this.#status = status;
    this.#changedAt = changedAt;
  }

  /** The latest status, drawn or not. */
  get status(): string {
    return this.#status;
  }

  get changedAt(): number | undefined {
    return this.#changedAt;
  }

  /** What the client told last; undefined before it told anything. */
  get snapshot(): PipelineSnapshot | undefined {
    return this.#snapshot;
  }

  /** False once the backend's list is without it: its row may still have to wait for its end. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Takes note of a snapshot; tells whether the status is another than the one before. */
  take(snapshot: PipelineSnapshot): boolean {
    this.#snapshot = snapshot;
    if (snapshot.status === this.#status) return false;
    this.#status = snapshot.status;
    this.#changedAt = snapshot.changedAt ?? Date.now();
    return true;
  }

  unlist(): void {
    this.#isListed = false;
  }
}
