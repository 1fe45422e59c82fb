import type { PaceState, ReplicaView } from './demo-state.js';

/** What the backend is asked, and what it would be otherwise; all of it requests a second. */
export interface Bill {
  /** Measured; undefined until there is enough of a time to speak of. */
  readonly requests: number | undefined;
  /** Over how much time, in milliseconds: so long that each slow lane has been read once. */
  readonly over: number;
  /** Pipelines that these requests are for. */
  readonly reads: number | undefined;
  /** What it would be with one for each pipeline and interval. */
  readonly plain: number;
  /** What it would be at most if each stream were a poller of its own. */
  readonly withoutHub: number;
  /** The part of the plain requests that is not made, in whole per cent. */
  readonly saved: number | undefined;
  readonly stretch: number;
  readonly isDown: boolean;
  readonly pipelines: number;
  readonly slow: number;
  readonly lanes: readonly SlowLane[];
}

/** Pipelines that are read at one interval. */
export interface SlowLane {
  readonly intervalMs: number;
  readonly pipelineIds: readonly string[];
}

interface Sample {
  readonly at: number;
  readonly requests: number;
  readonly reads: number;
}

const shortest = 3000;
const usual = 10_000;
const longest = 60_000;

/** Adds up what the replicas that poll say. Times are milliseconds of one clock that never goes back. */
export class BackendBill {
  readonly #samples: Sample[] = [];
  #pollers = '';

  /** Undefined while nobody polls. */
  look(replicas: readonly ReplicaView[], at: number): Bill | undefined {
    const pollers = replicas.flatMap(({ state }) => (state?.pace ? [{ instance: state.instance, pace: state.pace }] : []));
    if (pollers.length === 0) {
      this.#samples.length = 0;
      return undefined;
    }
    const paces = pollers.map(({ pace }) => pace);
    const slowLanes = lanes(paces);
    this.#forget(at - Math.min(longest, Math.max(usual, slowLanes[0]?.intervalMs ?? 0)));
    this.#count(pollers.map(({ instance }) => instance).join(), { at, requests: sum(paces, pace => pace.requests), reads: sum(paces, pace => pace.reads) });
    const requests = this.#rate(sample => sample.requests);
    const plain = sum(paces, pace => pace.plainRequestsPerSecond);
    const streams = replicas.reduce((all, { state }) => all + (state?.streams ?? 0), 0);
    return {
      requests,
      over: at - (this.#samples[0]?.at ?? at),
      reads: this.#rate(sample => sample.reads),
      plain,
      withoutHub: plain * streams,
      saved: requests === undefined || plain === 0 ? undefined : Math.max(0, Math.floor((1 - requests / plain) * 100)),
      stretch: Math.max(...paces.map(pace => pace.stretch)),
      isDown: paces.some(pace => pace.isBackendDown),
      pipelines: sum(paces, pace => pace.pipelines),
      slow: sum(paces, pace => pace.slow),
      lanes: slowLanes,
    };
  }

  /** Who counts anew, or is another one, has counted nothing yet. */
  #count(pollers: string, sample: Sample): void {
    const last = this.#samples.at(-1);
    if (pollers !== this.#pollers || (last && sample.requests < last.requests)) this.#samples.length = 0;
    this.#pollers = pollers;
    this.#samples.push(sample);
  }

  /** Keeps one that is as old as that: what is measured begins with it. */
  #forget(before: number): void {
    while (this.#samples[1] && this.#samples[1].at <= before) this.#samples.shift();
  }

  #rate(counted: (sample: Sample) => number): number | undefined {
    const from = this.#samples[0];
    const to = this.#samples.at(-1);
    return from && to && to.at - from.at >= shortest ? (counted(to) - counted(from)) / ((to.at - from.at) / 1000) : undefined;
  }
}

function lanes(paces: readonly PaceState[]): SlowLane[] {
  const byInterval = new Map<number, string[]>();
  for (const { pipelineId, intervalMs } of paces.flatMap(pace => pace.slowest)) {
    const ids = byInterval.get(intervalMs) ?? [];
    if (!ids.includes(pipelineId)) ids.push(pipelineId);
    byInterval.set(intervalMs, ids);
  }
  return [...byInterval].sort(([a], [b]) => b - a).map(([intervalMs, pipelineIds]) => ({ intervalMs, pipelineIds }));
}

function sum(paces: readonly PaceState[], of: (pace: PaceState) => number): number {
  return paces.reduce((all, pace) => all + of(pace), 0);
}
