import { useCallback, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ConnectionState, Observable, PipelineSnapshot, PipelineStatus, PipelineStatusClient, TransportInfo } from '../index.js';
import { PipelineGroup, type Statuses } from './pipeline-group.js';
import { useClientSource } from './provider.js';

/** Whether polling has taken over, and the way back. */
export interface SSEFallbackState {
  /** Polling took over because streaming failed. */
  readonly isFallbackActive: boolean;
  /** Goes back to streaming at once. */
  readonly resetFallback: () => void;
}

/** The client of this part of the tree, for what no hook is for; undefined on a server, which has none. */
export function usePipelineStatusClient(): PipelineStatusClient | undefined {
  const client = useClientSource();
  return typeof document === 'undefined' ? undefined : client();
}

/**
 * All that is known of a pipeline, whether anybody vouches for it included; undefined on a server, and until the first word of it.
 * Watches the pipeline as long as the component is there. No id watches nothing.
 */
export function usePipelineSnapshot(pipelineId: string | undefined): PipelineSnapshot | undefined {
  const client = useClientSource();
  const subscribe = useCallback((changed: () => void) => client().watch(pipelineId ? [pipelineId] : [], changed), [client, pipelineId]);
  return useSyncExternalStore(subscribe, () => pipelineId ? client().getStatus(pipelineId) : undefined, nothing);
}

/** The status of a pipeline, `unknown` until it is told. The last one told stays while nobody vouches for it: `usePipelineSnapshot` tells that. */
export function usePipelineStateSSE(pipelineId: string | undefined): PipelineStatus {
  return usePipelineSnapshot(pipelineId)?.status ?? 'unknown';
}

/** The statuses of many pipelines by their ids, each `unknown` until it is told. The same object until one of them changes. */
export function useMultiplePipelineState(pipelineIds: readonly string[]): Statuses {
  const client = useClientSource();
  const ids = JSON.stringify(pipelineIds);
  const group = useMemo(() => new PipelineGroup(client, JSON.parse(ids) as string[]), [client, ids]);
  return useSyncExternalStore(group.subscribe, group.read, () => group.unknown);
}

/** Keeps pipelines watched as long as the component is there, without rendering it for a change. */
export function usePipelineMonitoring(pipelineIds: readonly string[]): void {
  const client = useClientSource();
  const ids = JSON.stringify(pipelineIds);
  useEffect(() => client().watch(JSON.parse(ids) as string[], nothing), [client, ids]);
}

/** Where the stream stands; `disconnected` on a server. */
export function useSSEConnectionState(): ConnectionState {
  return useObservable(client => client.connectionState) ?? 'disconnected';
}

/** How statuses arrive at the moment, and what keeps them from arriving; undefined on a server. */
export function useTransport(): TransportInfo | undefined {
  return useObservable(client => client.transport);
}

/** Whether polling has taken over, and how to go back. */
export function useSSEFallbackState(): SSEFallbackState {
  const client = useClientSource();
  const isFallbackActive = useTransport()?.fallbackActive ?? false;
  return useMemo(() => ({ isFallbackActive, resetFallback: () => client().resetFallback() }), [client, isFallbackActive]);
}

function useObservable<T>(observe: (client: PipelineStatusClient) => Observable<T>): T | undefined {
  const client = useClientSource();
  // A client's observables are its own for life, so that only another client is another subscription.
  const subscribe = useCallback((changed: () => void) => observe(client()).subscribe(changed), [client]);
  return useSyncExternalStore(subscribe, () => observe(client()).value, nothing);
}

function nothing(): undefined {
  return undefined;
}
