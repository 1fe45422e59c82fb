import type { SSEEvent } from './contracts.js';
import type { Wanted } from './stream-source.js';
import type { Rank } from './tab-election.js';

/** What the tab that has the stream says. `to` names the tabs concerned; without it a message is for all. */
export type LeaderMessage =
  /** It is there: said when it begins to lead, and whenever it is asked. */
  | { readonly kind: 'lead' }
  /** It asks who is still there. */
  | { readonly kind: 'rollcall' }
  /** The stream is open, and what it says from now on concerns these tabs. */
  | { readonly kind: 'opened'; readonly to: readonly string[] }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'event'; readonly to?: readonly string[]; readonly event: SSEEvent; readonly id: string }
  /** Classes do not survive the way: what they say does. `limit` is set when the stream takes fewer than `count` pipelines. */
  | {
    readonly kind: 'failed';
    readonly to?: readonly string[];
    readonly reason: string;
    /** Of a stream that the server refused: the pipelines that its address named. */
    readonly refused?: readonly string[];
    readonly count?: number;
    readonly limit?: number;
    readonly signedOut?: true;
  }
  | { readonly kind: 'resign' };

/** What tabs that share a stream say to each other. A leader says with every word which one it is: another may have taken over. */
export type TabMessage =
  | (LeaderMessage & { readonly leader: Rank })
  /** A tab asks who leads. */
  | { readonly kind: 'seek'; readonly from: string }
  /** `since` is the last event that the tab has seen: it may not be told anything older. */
  | { readonly kind: 'join'; readonly from: string; readonly wanted: Wanted; readonly since: string | undefined }
  /** The tab wants something else from now on; what is left out stays as it was. */
  | { readonly kind: 'change'; readonly from: string; readonly wanted: Partial<Wanted> }
  | { readonly kind: 'here'; readonly from: string; readonly wanted: Wanted }
  | { readonly kind: 'leave'; readonly from: string };
