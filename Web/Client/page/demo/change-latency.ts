const minute = 60_000;

interface Arrival {
  readonly at: number;
  readonly readAt: number;
  /** What happened at or before this was another change. */
  readonly after: number;
}

interface Sample {
  readonly at: number;
  readonly whole: number;
  readonly onceRead: number;
}

/** Of the changes told within the last minute; all in milliseconds. */
export interface LatencyFigures {
  readonly count: number;
  readonly median: number;
  readonly worst: number;
  /** The part of the service and the network, without the wait for the next read: the median of it. */
  readonly onceRead: number;
}

/**
 * How long a change takes from the backend to this page. An arrival waits until the backend's own list, asked for later,
 * says when that was. Times are milliseconds since 1970, of a clock that backend, Web and browser share.
 */
export class ChangeLatency {
  readonly #lastArrival = new Map<string, number>();
  readonly #waiting = new Map<string, Arrival>();
  #samples: Sample[] = [];

  /** @param since When the page was opened: what happened before was not on its way to it. */
  constructor(private readonly since: number) {}

  /** @param readAt When the service read the status: the event's timestamp. */
  told(pipelineId: string, at: number, readAt: number): void {
    const after = Math.max(this.#lastArrival.get(pipelineId) ?? this.since, at - minute);
    this.#lastArrival.set(pipelineId, at);
    this.#waiting.set(pipelineId, { at, readAt, after });
  }

  /**
   * @param updatedAt When each pipeline changed last.
   * @param asOf When that was asked for. Of what was told later it knows nothing.
   */
  compare(updatedAt: Readonly<Record<string, number>>, asOf: number): void {
    for (const [pipelineId, { at, readAt, after }] of this.#waiting) {
      if (at > asOf) continue;
      this.#waiting.delete(pipelineId);
      const changedAt = updatedAt[pipelineId];
      if (changedAt === undefined || changedAt <= after || changedAt > at) continue;
      this.#samples.push({ at, whole: at - changedAt, onceRead: Math.max(0, at - readAt) });
    }
  }

  /** Undefined when no change was told within the last minute. */
  figures(now: number): LatencyFigures | undefined {
    this.#samples = this.#samples.filter(({ at }) => now - at <= minute);
    if (this.#samples.length === 0) return undefined;
    const whole = ordered(this.#samples.map(sample => sample.whole));
    const onceRead = ordered(this.#samples.map(sample => sample.onceRead));
    return { count: whole.length, median: middle(whole), worst: whole.at(-1)!, onceRead: middle(onceRead) };
  }
}

function ordered(values: readonly number[]): number[] {
  return [...values].sort((one, other) => one - other);
}

function middle(values: readonly number[]): number {
  return values[Math.floor(values.length / 2)]!;
}
