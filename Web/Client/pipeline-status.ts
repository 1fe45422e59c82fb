import { browserEnvironment, type Environment } from './environment.js';
import type { SSEManagerConfig } from './config.js';
import type { ConnectionState, PipelineSnapshot, TransportInfo } from './contracts.js';
import type { Observable } from './observable.js';
import { PipelineStatusClient } from './status-client.js';
import type { StatusListener } from './watch-registry.js';

export * from './contracts.js';
export { defaultConfig, resolveConfig, type ResolvedConfig, type SSEManagerConfig } from './config.js';
export { browserEnvironment, type Environment, type EventSourceLike, type ResponseLike } from './environment.js';
export { parseEvent, StreamParseError } from './event-parser.js';
export type { Observable } from './observable.js';
export { PipelineStatusClient, type StatusClientOptions } from './status-client.js';
export { PollError } from './poll-request.js';
export { StreamImpossibleError, TooManyPipelinesError } from './request-limits.js';
export { SignedOutError, StreamRefusedError, type OpenStream, type StreamHandlers, type StreamSource } from './stream-source.js';
export type { StatusListener } from './watch-registry.js';

/** The id of the JSON data block in which a page says how its client is to work: `{"useSse":true,"fields":true,"manager":{…}}`. */
export const settingsElementId = 'pipeline-status-settings';

let client: PipelineStatusClient | undefined;

/**
 * The client of this page, made on first use from the page's data block. A page without one polls. The environment
 * counts on first use only.
 */
export function pipelineStatus(environment?: Environment): PipelineStatusClient {
  return client ??= make(environment ?? browserEnvironment());
}

/** See `PipelineStatusClient.watch`. */
export function watch(ids: Iterable<string>, listener: StatusListener): () => void {
  return pipelineStatus().watch(ids, listener);
}

/** See `PipelineStatusClient.show`. */
export function show(ids: Iterable<string> | undefined): void {
  pipelineStatus().show(ids);
}

/** See `PipelineStatusClient.listEtag`. */
export function listEtag(): Observable<string | undefined> {
  return pipelineStatus().listEtag;
}

/** See `PipelineStatusClient.getStatus`. */
export function getStatus(pipelineId: string): PipelineSnapshot | undefined {
  return pipelineStatus().getStatus(pipelineId);
}

/** See `PipelineStatusClient.connectionState`. */
export function connectionState(): Observable<ConnectionState> {
  return pipelineStatus().connectionState;
}

/** See `PipelineStatusClient.transport`. */
export function transport(): Observable<TransportInfo> {
  return pipelineStatus().transport;
}

/** See `PipelineStatusClient.resetFallback`. */
export function resetFallback(): void {
  pipelineStatus().resetFallback();
}

/** Whether this page may stream; the feature flag is `FeatureManagement:UseSseStatus` of Web. */
export function isSSEStatusEnabled(): boolean {
  return pipelineStatus().isSseStatusEnabled();
}

export { isSSEStatusEnabled as isSseStatusEnabled };

function make(environment: Environment): PipelineStatusClient {
  const settings = readSettings();
  if (!settings) {
    environment.console.warn('[SSE Manager] Statuses are polled: sharedClient, provider or element names no endpoint, and the page has no '
      + `#${settingsElementId}`);
  }
  return new PipelineStatusClient({ useSse: false, ...settings, environment });
}

function readSettings(): undefined | { useSse: boolean; fields: boolean; config: SSEManagerConfig } {
  const text = document.getElementById(settingsElementId)?.textContent;
  if (!text) return undefined;
  const settings = JSON.parse(text) as { useSse?: unknown; fields?: unknown; manager?: SSEManagerConfig };
  return { useSse: settings.useSse === true, fields: settings.fields === true, config: settings.manager ?? {} };
}
