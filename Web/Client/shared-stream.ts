import type { ChannelLike, Environment, TabSharing } from './environment.js';
import { partFor, type TabMessage } from './shared-messages.js';
import { StreamLeader } from './stream-leader.js';
import { checkList, TooManyPipelinesError, type OpenStream, type StreamHandlers, type StreamRequest, type StreamSource } from './stream-source.js';

/**
 * Of the messages between tabs, and of what a leader has to tell. Pages loaded before and after an update that changed
 * either do not share a stream.
 */
const protocol = 2;

/**
 * One stream for all tabs of a browser. Whoever holds the lock leads: it has the stream and passes on what it says.
 * Only awake tabs open streams, so only they wait for the lock, and a tab that goes away hands it to the next.
 */
export class SharedStream implements StreamSource {
  #lastEventId: string | undefined;
  #alone = false;

  constructor(
    private readonly environment: Environment,
    private readonly sharing: TabSharing,
    private readonly own: StreamSource,
    private readonly request: StreamRequest,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    if (this.#alone || !this.environment.createEventSource) return this.own.open(ids, lastEventId, handlers);
    checkList(this.request, ids);
    this.#lastEventId ??= lastEventId;
    const name = `pipeline-status ${protocol} ${this.request.endpoint}`;
    return new Membership(this.sharing, name, ids, handlers, this.environment.random().toString(36).slice(2), {
      since: () => this.#lastEventId,
      lead: (follows, publish) =>
        new StreamLeader(this.environment, this.request, this.own, this.#lastEventId, follows, publish),
      // Also of events about pipelines that this tab does not watch: the next leader goes on from there.
      heard: id => void (this.#lastEventId = id),
      // Browsers forbid locks to some pages, in a sandbox for example: the next attempt is for a stream of its own.
      forbidden: () => void (this.#alone = true),
    });
  }
}

interface MembershipHost {
  since(): string | undefined;
  lead(follows: boolean, publish: (message: TabMessage) => void): StreamLeader;
  heard(lastEventId: string): void;
  forbidden(): void;
}

/** One tab's part in the shared stream, from opening to closing. */
class Membership implements OpenStream {
  readonly #watched: ReadonlySet<string>;
  readonly #channel: ChannelLike;
  readonly #giveUp = new AbortController();
  #leader: StreamLeader | undefined;
  #release: (() => void) | undefined;
  #opened = false;
  #over = false;

  constructor(
    sharing: TabSharing,
    name: string,
    private readonly ids: readonly string[],
    private readonly handlers: StreamHandlers,
    private readonly id: string,
    private readonly host: MembershipHost,
  ) {
    this.#watched = new Set(ids);
    this.#channel = sharing.openChannel(name);
    this.#channel.onmessage = event => this.#hear(event.data as TabMessage);
    sharing.requestLock(name, this.#giveUp.signal, () => this.#lead()).catch((error: Error) => {
      // Giving up the wait for the lock is not an error.
      if (this.#over) return;
      this.host.forbidden();
      this.#fail(error);
    });
    this.#join();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#post({ kind: 'leave', from: this.id });
    this.#giveUp.abort();
    this.#leader?.close();
    this.#release?.();
    this.#channel.close();
  }

  #lead(): Promise<void> {
    if (this.#over) return Promise.resolve();
    this.#leader = this.host.lead(this.#opened, message => this.#publish(message));
    this.#leader.join(this.id, this.ids);
    this.#interrupt();
    this.#post({ kind: 'lead' });
    return new Promise(resolve => (this.#release = resolve));
  }

  /** The leader's word, for the other tabs and for this one. */
  #publish(message: TabMessage): void {
    this.#post(message);
    this.#hear(message);
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  #hear(message: TabMessage): void {
    if (this.#over) return;
    if ('to' in message && !message.to?.includes(this.id)) {
      // The next leader goes on from the last event of all, whomever it concerned.
      if (message.kind === 'event' && message.id) this.host.heard(message.id);
      return;
    }
    switch (message.kind) {
      case 'join':
        this.#leader?.join(message.from, message.ids, message.since);
        break;
      case 'here':
        this.#leader?.here(message.from, message.ids);
        break;
      case 'leave':
        this.#leader?.leave(message.from);
        break;
      case 'lead':
        this.#interrupt();
        this.#join();
        break;
      case 'rollcall':
        if (this.#leader) this.#leader.here(this.id, this.ids);
        else this.#post({ kind: 'here', from: this.id, ids: this.ids });
        break;
      case 'opened':
        if (!this.#opened) {
          this.#opened = true;
          this.handlers.opened();
        }
        break;
      case 'interrupted':
        this.#interrupt();
        break;
      case 'event': {
        const { event, id } = message;
        if (id) this.host.heard(id);
        const part = this.#opened ? partFor(this.#watched, event) : undefined;
        if (part) this.handlers.event(part, id);
        break;
      }
      case 'failed': {
        const { reason, count, limit } = message;
        this.#fail(count !== undefined && limit !== undefined ? new TooManyPipelinesError(count, limit) : new Error(reason));
        break;
      }
    }
  }

  #join(): void {
    this.#post({ kind: 'join', from: this.id, ids: this.ids, since: this.host.since() });
  }

  #interrupt(): void {
    if (this.#opened) this.handlers.interrupted();
  }

  #fail(error: Error): void {
    this.close();
    this.handlers.failed(error);
  }
}
