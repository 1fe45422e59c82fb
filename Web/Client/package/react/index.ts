'use client';

export type { PipelineStatusAttributes } from './element-jsx.js';
export {
  useMultiplePipelineState, usePipelineMonitoring, usePipelineSnapshot, usePipelineStateSSE, usePipelineStatusClient, useSSEConnectionState,
  useSSEFallbackState, useTransport, type SSEFallbackState,
} from './hooks.js';
export type { Statuses } from './pipeline-group.js';
export { PipelineStatusProvider, type PipelineStatusProviderProps } from './provider.js';
