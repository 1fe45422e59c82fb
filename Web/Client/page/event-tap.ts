import { eventNames } from '../event-parser.js';
import type { ChannelLike, Environment } from '../environment.js';

/** One event as it came, or one answer to a poll. */
export interface RawEvent {
  /** When it came, by `performance.now()`. */
  readonly at: number;
  /** The event's name; `poll` for an answer to a poll. */
  readonly name: string;
  readonly id: string;
  readonly data: string;
}

/** What a tab with the stream passes on. */
interface SharedEvent {
  readonly kind: string;
  readonly event?: { readonly type: string };
  readonly id?: string;
}

/** Listens in on what the client hears, without a connection of its own: it stands between the client and the browser. */
export class EventTap {
  readonly #listeners = new Set<(event: RawEvent) => void>();
  #lastAt: number | undefined;

  /** When the last event came, by `performance.now()`; undefined before the first. */
  get lastAt(): number | undefined {
    return this.#lastAt;
  }

  subscribe(listener: (event: RawEvent) => void): void {
    this.#listeners.add(listener);
  }

  over(environment: Environment): Environment {
    const { createEventSource, openChannel } = environment;
    return {
      ...environment,
      createEventSource: createEventSource && (url => {
        const source = createEventSource(url);
        for (const name of eventNames) {
          source.addEventListener(name, event => {
            const { data, lastEventId } = event as MessageEvent<unknown>;
            // EventSource repeats the last id at events that have none.
            if (typeof data === 'string') this.#report(name, data, name.endsWith('update') ? lastEventId : '');
          });
        }
        return source;
      }),
      openChannel: openChannel && (name => this.#tapped(openChannel(name))),
      fetch: async (url, init) => {
        const answer = await environment.fetch(url, init);
        if (init.method) return answer;
        const json = async (): Promise<unknown> => {
          const body = await answer.json();
          this.#report('poll', JSON.stringify(body), '');
          return body;
        };
        return { ok: answer.ok, status: answer.status, type: answer.type, headers: answer.headers, json };
      },
    };
  }

  /** A tab that does not hold the stream hears of its events from the tab that does. */
  #tapped(channel: ChannelLike): ChannelLike {
    const tapped: ChannelLike = {
      onmessage: null,
      postMessage: message => channel.postMessage(message),
      close: () => channel.close(),
    };
    channel.onmessage = event => {
      const message = event.data as SharedEvent;
      const name = message.event?.type;
      if (message.kind === 'event' && name) this.#report(name, JSON.stringify(message.event), message.id ?? '');
      return tapped.onmessage?.(event);
    };
    return tapped;
  }

  #report(name: string, data: string, id: string): void {
    const event = { at: performance.now(), name, id, data };
    this.#lastAt = event.at;
    for (const listener of this.#listeners) listener(event);
  }
}
