/** Settings of the client. Times are milliseconds. Web renders its configuration section `SseManager` into these. */
export interface SSEManagerConfig {
  /** The stream. Polling asks the same path without its last segment `/stream`. Default `/ui-api/pipeline/status/stream`. */
  endpoint?: string;
  /** Attempts after a failure before polling takes over; 0 falls back at the first failure. Default 5. */
  maxReconnectAttempts?: number;
  /** Wait before the first attempt; doubled for each one after it. Default 1000. */
  reconnectDelay?: number;
  /** The longest wait between two attempts. Default 30000. */
  maxReconnectDelay?: number;
  /** A stream this long without any event counts as dead. Default 45000. */
  heartbeatTimeout?: number;
  /** Whether polling takes over when the attempts are used up. Default true. */
  enablePollingFallback?: boolean;
  /** How long a stream must have been open, with its first event delivered, before failures are forgotten. Default 5000. */
  healthyAfter?: number;
  /** Time between two polls. Default 2000. */
  pollInterval?: number;
  /** Time between two quiet attempts to leave the fallback; 0 makes none. Default 60000. */
  returnInterval?: number;
  /**
   * The most pipelines that the server takes in one request (its `StatusStream:MaxPipelinesPerStream`). A stream takes twenty
   * times as many, or only these from a server that answers no watch requests. Whoever watches more gets a TooManyPipelinesError
   * for a stream, and polls in parts of this size. Default 500.
   */
  maxPipelines?: number;
}

/** The settings in force, none left out. */
export type ResolvedConfig = Readonly<Required<SSEManagerConfig>>;

/** What each setting is when nobody sets it. */
export const defaultConfig: ResolvedConfig = Object.freeze({
  endpoint: '/ui-api/pipeline/status/stream',
  maxReconnectAttempts: 5,
  reconnectDelay: 1000,
  maxReconnectDelay: 30000,
  heartbeatTimeout: 45000,
  enablePollingFallback: true,
  healthyAfter: 5000,
  pollInterval: 2000,
  returnInterval: 60000,
  maxPipelines: 500,
});

/** The settings with defaults filled in. Throws a RangeError that names the first setting that makes no sense. */
export function resolveConfig(config: SSEManagerConfig = {}): ResolvedConfig {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined && value !== null));
  const resolved: ResolvedConfig = { ...defaultConfig, ...given };
  if (!resolved.endpoint) throw new RangeError('SSEManagerConfig.endpoint must not be empty');
  const floors = {
    maxReconnectAttempts: 0, reconnectDelay: 1, maxReconnectDelay: 1, heartbeatTimeout: 1, healthyAfter: 0,
    pollInterval: 1, returnInterval: 0, maxPipelines: 1,
  };
  for (const [name, floor] of Object.entries(floors) as Array<[keyof typeof floors, number]>) {
    const value = resolved[name];
    if (!Number.isFinite(value) || value < floor) {
      throw new RangeError(`SSEManagerConfig.${name} must be a number of at least ${floor}, not ${value}`);
    }
  }
  return resolved;
}
