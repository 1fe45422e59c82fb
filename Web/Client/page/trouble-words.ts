import type { ConnectionState, ResolvedConfig, TransportInfo } from '../pipeline-status.js';
import { seconds } from './format.js';

/** What a notice says about the way statuses come, and what a person can do about it. */
export interface TroubleWords {
  readonly title: string;
  readonly words: string;
  readonly action: 'sign-in' | 'reset-fallback' | undefined;
}

/** What people are to know about the way statuses come; undefined while that is nothing. */
export function troubleWords(
  state: ConnectionState, info: TransportInfo, config: Pick<ResolvedConfig, 'pollInterval' | 'returnInterval'>,
): TroubleWords | undefined {
  const asks = `The page asks every ${seconds(config.pollInterval)} instead`;
  if (info.problem === 'signed_out') {
    return { title: 'You have been signed out.', words: 'The statuses below are no longer kept up to date. Sign in again to see them live.', action: 'sign-in' };
  }
  if (info.mayNeedSignIn) {
    return {
      title: 'You may have to sign in again.',
      words: 'Something answers in the place of the server, perhaps a page that asks who you are. This page keeps trying.',
      action: 'sign-in',
    };
  }
  if (info.silent && !info.fallbackActive) {
    return {
      title: 'The live stream brings nothing.',
      words: `Something between this page and the server may be holding it back, a proxy or a virus scanner. ${asks}, and keeps trying.`,
      action: undefined,
    };
  }
  if (!info.fallbackActive && state !== 'error') return undefined;
  const back = config.returnInterval > 0 ? `, and tries to return by itself every ${seconds(config.returnInterval)}` : '';
  const now = info.fallbackActive ? `${asks}${back}.` : 'The statuses below are no longer kept up to date.';
  return { title: 'Live updates are not available right now.', words: `${info.problem ?? ''} ${now}`, action: 'reset-fallback' };
}
