import type { SSEEvent } from './contracts.js';
import type { Rank } from './tab-election.js';

/** What the tab that has the stream says. `to` names the tabs concerned; without it a message is for all. */
export type LeaderMessage =
  /** It is there: said when it begins to lead, and whenever it is asked. */
  | { readonly kind: 'lead' }
  /** It asks who is still there. */
  | { readonly kind: 'rollcall' }
  | { readonly kind: 'opened' | 'interrupted'; readonly to: readonly string[] }
  | { readonly kind: 'event'; readonly to: readonly string[]; readonly event: SSEEvent; readonly id: string }
  /** Classes do not survive the way: what they say does. `limit` is set when the stream takes fewer than `count` pipelines. */
  | {
    readonly kind: 'failed';
    readonly to?: readonly string[];
    readonly reason: string;
    /** Of a stream that the server refused: the pipelines that it was to be for. */
    readonly refused?: readonly string[];
    readonly count?: number;
    readonly limit?: number;
  }
  | { readonly kind: 'resign' };

/** What tabs that share a stream say to each other. A leader says with every word which one it is: another may have taken over. */
export type TabMessage =
  | (LeaderMessage & { readonly leader: Rank })
  /** A tab asks who leads. */
  | { readonly kind: 'seek'; readonly from: string }
  /** `since` is the last event that the tab has seen: it may not be told anything older. */
  | { readonly kind: 'join'; readonly from: string; readonly ids: readonly string[]; readonly since: string | undefined }
  | { readonly kind: 'here'; readonly from: string; readonly ids: readonly string[] }
  | { readonly kind: 'leave'; readonly from: string };

/** The part of an event that concerns a tab watching these; undefined when there is none. */
export function partFor(ids: ReadonlySet<string>, event: SSEEvent): SSEEvent | undefined {
  if (event.type === 'batch_update') return { ...event, updates: event.updates.filter(update => ids.has(update.pipelineId)) };
  return event.type === 'heartbeat' || event.pipelineId === undefined || ids.has(event.pipelineId) ? event : undefined;
}

/** Whether a stream that is at the event `here` can be joined by a tab that has seen `since`. Ids are `epoch-sequence`. */
export function covers(here: string | undefined, since: string | undefined): boolean {
  if (!since) return true;
  const [[epoch, sequence], [itsEpoch, itsSequence]] = [here?.split('-') ?? [], since.split('-')];
  return epoch === itsEpoch && Number(sequence) >= Number(itsSequence);
}
