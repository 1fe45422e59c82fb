/** The public statuses, in the order a pipeline usually takes. */
export const pipelineStatuses = [
  'active', 'starting', 'pausing', 'paused', 'resuming', 'stopping', 'stopped', 'terminating', 'terminated', 'failed',
  'unknown',
] as const;

export type PipelineStatus = (typeof pipelineStatuses)[number];

export interface SSEStatusUpdateEvent {
  type: 'status_update';
  /** Unix milliseconds by the server's clock: for people, never compared with the clock of the browser. */
  timestamp: number;
  pipelineId: string;
  status: PipelineStatus;
  previousStatus?: PipelineStatus;
}

export interface SSEBatchUpdateEvent {
  type: 'batch_update';
  timestamp: number;
  updates: Array<{ pipelineId: string; status: PipelineStatus }>;
}

export interface SSEHeartbeatEvent {
  type: 'heartbeat';
  timestamp: number;
}

/** Something the server has to say about a healthy stream; a broken connection is no event. */
export interface SSEErrorEvent {
  type: 'error';
  timestamp: number;
  message: string;
  /**
   * `pipeline_not_found`, `backend_unavailable`, `polling_stalled` (nothing told so far can be confirmed until the next
   * batch), `server_draining`, or one that a newer server knows.
   */
  code: string;
  pipelineId?: string;
}

export type SSEEvent = SSEStatusUpdateEvent | SSEBatchUpdateEvent | SSEHeartbeatEvent | SSEErrorEvent;

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'error';

/** Why the page cannot vouch for a status at the moment. */
export type Doubt =
  'unconfirmed' | 'connection_lost' | 'offline' | 'polling_stalled' | 'backend_unavailable' | 'pipeline_not_found';

/** What is known of one pipeline. Never changed in place: a new object stands for a new state. */
export interface PipelineSnapshot {
  readonly pipelineId: string;
  readonly status: PipelineStatus;
  readonly previousStatus: PipelineStatus | undefined;
  /** When this page saw the status change, by `Environment.wallClock()`; undefined before it saw a change. */
  readonly changedAt: number | undefined;
  /** When the status was last confirmed, by the monotonic `Environment.now()`; undefined if it never was. */
  readonly confirmedAt: number | undefined;
  readonly freshness: 'fresh' | 'stale';
  /** Set exactly when `freshness` is `stale`. */
  readonly doubt: Doubt | undefined;
}

export interface TransportInfo {
  readonly transport: 'sse' | 'polling';
  /** Polling took over because streaming failed; false when polling is simply what is configured. */
  readonly fallbackActive: boolean;
  /** The server has said that it can confirm no status at the moment. The stream stays open; the next batch ends it. */
  readonly stalled: boolean;
  /** Attempts made since the last healthy stream, and how many there may be before polling takes over. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** When the next attempt starts, by `Environment.now()`. */
  readonly nextAttemptAt: number | undefined;
  /** What went wrong last with streaming, in words; undefined while all is well. During the fallback it is its reason. */
  readonly problem: string | undefined;
  /** The same to tell by its type: a `TooManyPipelinesError`, a `StreamParseError`, an Error for a broken connection. */
  readonly error: Error | undefined;
  /** Why the last poll got no statuses, in words; undefined while polls succeed, and while nobody polls. */
  readonly pollingProblem: string | undefined;
}
