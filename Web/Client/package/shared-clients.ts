import { resolveConfig, type SSEManagerConfig } from '../config.js';
import { browserEnvironment } from '../environment.js';
import { PipelineStatusClient } from '../status-client.js';

/** What a client that is shared among parts of a page is made from. */
export interface SharedClientOptions {
  /** Intervals, limits and the address of the stream; what is left out has its default. */
  readonly config?: SSEManagerConfig | undefined;
  /** Whether it may stream; false means polling alone. Default true. */
  readonly useSse?: boolean | undefined;
  /** Whether snapshots are to have what else the backend says, as far as the server passes it on. Default false. */
  readonly fields?: boolean | undefined;
}

const clients = new Map<string, PipelineStatusClient>();

/**
 * The client for these settings: whoever asks with the same ones gets the same client. It lives as long as the page, and costs neither
 * stream nor poll while nothing is watched. Needs a browser. Throws a RangeError for a setting that makes no sense.
 */
export function sharedClient({ config, useSse = true, fields = false }: SharedClientOptions = {}): PipelineStatusClient {
  const key = JSON.stringify([useSse, fields, resolveConfig(config)]);
  let client = clients.get(key);
  if (!client) clients.set(key, client = new PipelineStatusClient({ config, useSse, fields, environment: browserEnvironment() }));
  return client;
}
