export * from '../pipeline-status.js';
export { sharedClient, type SharedClientOptions } from './shared-clients.js';
