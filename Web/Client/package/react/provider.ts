import { createContext, createElement, useCallback, useContext, type ReactElement, type ReactNode } from 'react';
import { pipelineStatus, sharedClient, type PipelineStatusClient, type SharedClientOptions } from '../index.js';

/** What a provider is given: the settings of a client, or a client. */
export interface PipelineStatusProviderProps extends SharedClientOptions {
  /** A client of your own, in the place of the settings. */
  readonly client?: PipelineStatusClient | undefined;
  readonly children?: ReactNode;
}

/** A client is asked for in the browser only, so that a component may render on a server. */
export type ClientSource = () => PipelineStatusClient;

const ClientContext = createContext<ClientSource>(() => pipelineStatus());

/**
 * Gives the components below it one client; providers with the same settings share it. Without a provider hooks use the client of the
 * page, which its data block configures and which polls where there is none.
 */
export function PipelineStatusProvider({ client, children, config, useSse, fields }: PipelineStatusProviderProps): ReactElement {
  // Settings that say the same are the same, whether or not they are the same object in each render.
  const settings = JSON.stringify({ config, useSse, fields });
  const source = useCallback<ClientSource>(() => client ?? sharedClient(JSON.parse(settings) as SharedClientOptions), [client, settings]);
  return createElement(ClientContext.Provider, { value: source }, children);
}

export function useClientSource(): ClientSource {
  return useContext(ClientContext);
}
