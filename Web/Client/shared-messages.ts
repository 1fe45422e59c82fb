/** What tabs that share a stream say to each other. A message without `to` is for all. */
export type TabMessage =
  | { readonly kind: 'join' | 'here'; readonly from: string; readonly ids: readonly string[] }
  | { readonly kind: 'leave'; readonly from: string }
  /** A new leader: whoever has a stream open joins it anew. */
  | { readonly kind: 'lead' }
  /** The leader asks who is still there. */
  | { readonly kind: 'rollcall' }
  | { readonly kind: 'opened'; readonly to?: string }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'event'; readonly to?: string; readonly name: string; readonly data: string; readonly id: string }
  | { readonly kind: 'failed'; readonly reason: string; readonly final: boolean };

/** The part of an event that concerns a tab watching these; undefined when there is none. */
export function partFor(ids: ReadonlySet<string>, name: string, data: string): string | undefined {
  const event = tryParse(data);
  if (Array.isArray(event?.updates)) {
    const updates = event.updates.filter(update => ids.has((update as { pipelineId?: string } | null)?.pipelineId ?? ''));
    return JSON.stringify({ ...event, updates });
  }
  const named = name === 'heartbeat' ? undefined : event?.pipelineId;
  return named === undefined || ids.has(named) ? data : undefined;
}

interface AnyEvent {
  readonly timestamp?: number;
  readonly pipelineId?: string;
  readonly status?: string;
  readonly updates?: readonly unknown[];
}

/** What cannot be read is everybody's business: each tab treats it as a stream of its own would. */
export function tryParse(data: string): AnyEvent | undefined {
  try {
    return JSON.parse(data) as AnyEvent;
  } catch {
    return undefined;
  }
}
