/** What `/demo/api/state` answers; the server's `DemoState`. */
export interface DemoState {
  readonly replicas: readonly ReplicaView[];
  readonly backend: BackendView | null;
  readonly gate: { readonly swallowMs: number; readonly refuseMs: number };
  readonly proof: ProofView | null;
}

export interface ReplicaView {
  readonly address: string;
  readonly state: {
    readonly instance: string;
    readonly polling: boolean;
    readonly sharing: string;
    readonly epoch: string | null;
    readonly sequence: number;
    readonly streams: number;
    readonly pipelines: number;
    readonly reads: number;
    readonly intervalMs: number;
    /** Null while it does not poll. */
    readonly pace: PaceState | null;
  } | null;
}

/** How fast a replica reads what. */
export interface PaceState {
  readonly pipelines: number;
  readonly slow: number;
  readonly absent: number;
  readonly failing: number;
  readonly requestsPerSecond: number;
  readonly plainRequestsPerSecond: number;
  readonly stretch: number;
  readonly isBackendDown: boolean;
  /** Requests begun since its start, and the pipelines that they were for, each time counted. */
  readonly requests: number;
  readonly reads: number;
  /** Some of those that rest, the slowest first. */
  readonly slowest: readonly { readonly pipelineId: string; readonly intervalMs: number }[];
}

export interface BackendView {
  readonly reads: number;
  readonly readsOf: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, string>>;
  /** When each pipeline changed last by the backend's clock, in milliseconds since 1970. */
  readonly updatedAt: Readonly<Record<string, number>>;
  /** When these two were asked for by Web's clock, in milliseconds since 1970. */
  readonly asOf: number;
  readonly broken: boolean;
  readonly script: boolean;
  readonly storm: boolean;
}

export interface ProofView {
  readonly running: boolean;
  readonly step: string;
  readonly passed: boolean | null;
  readonly expected: number;
  readonly told: number;
  readonly lost: number;
  readonly wrong: number;
  readonly reconnects: number;
  readonly killed: string | null;
  readonly successor: string | null;
  readonly takeoverMs: number | null;
  readonly reads: number;
  readonly readsAtMost: number;
}

const api = '/demo/api/';

export async function look(): Promise<DemoState | undefined> {
  const answer = await fetch(`${api}state`, { cache: 'no-store' }).catch(() => undefined);
  return answer?.ok ? await answer.json() as DemoState : undefined;
}

/** Presses a button; what came of it, in words. */
export async function press(path: string): Promise<string> {
  const answer = await fetch(api + path, { method: 'POST' }).catch(() => undefined);
  if (!answer) return 'Web does not answer.';
  if (!answer.ok) {
    const problem = await answer.json().catch(() => ({})) as { detail?: string };
    return problem.detail ?? `Web answered ${answer.status}.`;
  }
  const body = answer.status === 200 ? await answer.json() as { streams?: number } : {};
  return body.streams === undefined ? 'Done.' : `Done: ${body.streams} ${body.streams === 1 ? 'stream' : 'streams'}.`;
}
