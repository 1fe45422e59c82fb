/** The public statuses, in the order a pipeline usually takes. */
export const pipelineStatuses = [
  'active', 'starting', 'pausing', 'paused', 'resuming', 'stopping', 'stopped', 'terminating', 'terminated', 'failed',
  'unknown',
] as const;

/** A public status; what the server says beyond these is `unknown`. */
export type PipelineStatus = (typeof pipelineStatuses)[number];

/** What the backend says of a pipeline beside its status, by the names that the server is configured with: any JSON but objects. */
export type PipelineFields = Readonly<Record<string, unknown>>;

/** A pipeline has another status than the one told before. */
export interface SSEStatusUpdateEvent {
  type: 'status_update';
  /** Unix milliseconds by the server's clock: for people, never compared with the clock of the browser. */
  timestamp: number;
  pipelineId: string;
  status: PipelineStatus;
  /** The one told before on this stream; missing when none was. */
  previousStatus?: PipelineStatus;
  /** Asked for: those that changed, null for one that is gone (JSON Merge Patch). Without `previousStatus` it is all there are. */
  fields?: PipelineFields;
}

/** Fields of a pipeline changed, and its status did not. Only on a stream that asked for fields. */
export interface SSEFieldsUpdateEvent {
  type: 'fields_update';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
  pipelineId: string;
  /** Those that changed, null for one that is gone (JSON Merge Patch). */
  fields: PipelineFields;
}

/** The statuses of all watched pipelines that are known: the first event of a stream, and whatever follows trouble. */
export interface SSEBatchUpdateEvent {
  type: 'batch_update';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
  /** Of the watch request that this answers: it is about the pipelines added by that one. */
  revision?: number;
  /** Only what has changed since the event that the client named is in it; what it named as known is confirmed. */
  partial?: true;
  updates: Array<{ pipelineId: string; status: PipelineStatus; fields?: PipelineFields }>;
}

/** The name of this stream, for watch requests. A secret: whoever knows it can change what is watched. */
export interface SSEStreamEvent {
  type: 'stream';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
  stream: string;
  /** How long whoever asks is signed in, in milliseconds; a request in the second half of that may extend it. */
  expiresInMs?: number;
}

/** The backend's list of pipelines is another one, or has been asked for just now. */
export interface SSEListChangedEvent {
  type: 'list_changed';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
  /** The `ETag` of the list as it is now, quotes included. */
  etag: string;
}

/** The stream lives; says nothing of any status. */
export interface SSEHeartbeatEvent {
  type: 'heartbeat';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
}

/** Something the server has to say about a healthy stream; a broken connection is no event. */
export interface SSEErrorEvent {
  type: 'error';
  /** Unix milliseconds by the server's clock. */
  timestamp: number;
  /** For people, in English. */
  message: string;
  /**
   * `pipeline_not_found`, `backend_unavailable`, `polling_stalled` (nothing told so far can be confirmed until the next
   * batch), `too_many_pipelines` (this one is not watched, for a limit), `server_draining`, `signed_out` (the credentials have
   * run out, and the stream ends), or one that a newer server knows.
   */
  code: string;
  /** The pipeline it is about; missing when it is about all. */
  pipelineId?: string;
}

/** What a stream can say. */
export type SSEEvent =
  | SSEStatusUpdateEvent | SSEFieldsUpdateEvent | SSEBatchUpdateEvent | SSEHeartbeatEvent | SSEErrorEvent | SSEStreamEvent | SSEListChangedEvent;

/** Where the stream stands: `error` once all attempts have failed, `disconnected` when there is nothing to stream or nobody looks. */
export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'error';

/** Why the page cannot vouch for a status at the moment. */
export type StaleReason =
  | 'unconfirmed' | 'connection_lost' | 'offline' | 'signed_out' | 'polling_stalled' | 'backend_unavailable' | 'pipeline_not_found'
  | 'too_many_pipelines';

/** What is known of one pipeline. Never changed in place: a new object stands for a new state. */
export interface PipelineSnapshot {
  readonly pipelineId: string;
  /** The last status that the server told, fresh or not. */
  readonly status: PipelineStatus;
  /** The one before it; undefined before this page saw a change. */
  readonly previousStatus: PipelineStatus | undefined;
  /** When this page saw the status change, by `Environment.wallClock()`; undefined before it saw a change. */
  readonly changedAt: number | undefined;
  /** When the status was last confirmed, by the monotonic `Environment.now()`; undefined if it never was. */
  readonly confirmedAt: number | undefined;
  /** Whether anybody vouches for the status now. */
  readonly freshness: 'fresh' | 'stale';
  /** Set exactly when `freshness` is `stale`. */
  readonly staleReason: StaleReason | undefined;
  /** What else the server told of it; missing when it told nothing, or nobody asked. */
  readonly fields?: PipelineFields;
  /** Whether anybody vouches for the fields now: polls confirm the status alone. Missing with the fields. */
  readonly fieldsFreshness?: 'fresh' | 'stale';
}

/** How statuses arrive at the moment, and what keeps them from arriving. */
export interface TransportInfo {
  /** Streams, or polls: configured, or in the place of a stream that cannot be had or brings nothing. */
  readonly transport: 'sse' | 'polling';
  /** Polling took over because streaming failed; false when polling is simply what is configured. */
  readonly fallbackActive: boolean;
  /** The server has said that it can confirm no status at the moment. The stream stays open; the next batch ends it. */
  readonly stalled: boolean;
  /** Attempts made since the last healthy stream, and how many there may be before polling takes over. */
  readonly attempt: number;
  /** `maxReconnectAttempts` of the configuration. */
  readonly maxAttempts: number;
  /** When the next attempt starts, by `Environment.now()`. */
  readonly nextAttemptAt: number | undefined;
  /** A stream is open, or being opened, and has told no status for so long that the page polls meanwhile. */
  readonly silent: boolean;
  /** An answer was a web page, or led elsewhere: people may have to sign in again. True when they are signed out for sure, too. */
  readonly mayNeedSignIn: boolean;
  /**
   * What went wrong last with streaming, in words; undefined while all is well. During the fallback it is its reason. It is
   * `signed_out` when the server wants to know who asks: then nothing is sent until the page is shown again, the network is back,
   * `resetFallback()` is called, or another tab is signed in; and until the one attempt that follows has shown otherwise.
   */
  readonly problem: string | undefined;
  /** The same to tell by its type: a `TooManyPipelinesError`, a `StreamParseError`, an Error for a broken connection. */
  readonly error: Error | undefined;
  /** Why the last poll got no statuses, in words; undefined while polls succeed, and while nobody polls. */
  readonly pollingProblem: string | undefined;
}
