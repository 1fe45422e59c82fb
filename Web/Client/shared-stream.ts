import type { ChannelLike, Environment, TabSharing } from './environment.js';
import { partFor, type TabMessage } from './shared-messages.js';
import { StreamLeader } from './stream-leader.js';
import type { OpenStream, StreamHandlers, StreamSource } from './stream-source.js';

/**
 * One stream for all tabs of a browser. Whoever holds the lock leads: it has the stream and passes on what it says.
 * Only awake tabs open streams, so only they wait for the lock, and a tab that goes away hands it to the next.
 */
export class SharedStream implements StreamSource {
  #lastEventId: string | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly sharing: TabSharing,
    private readonly own: StreamSource,
    private readonly endpoint: string,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    this.#lastEventId ??= lastEventId;
    const name = `pipeline-status ${this.endpoint}`;
    return new Membership(this.sharing, name, ids, handlers, this.environment.random().toString(36).slice(2), {
      lead: tell => new StreamLeader(this.environment, this.own, this.#lastEventId, tell),
      // Also of events about pipelines that this tab does not watch: the next leader goes on from there.
      heard: id => void (this.#lastEventId = id),
    });
  }
}

interface MembershipHost {
  lead(tell: (message: TabMessage) => void): StreamLeader;
  heard(lastEventId: string): void;
}

/** One tab's part in the shared stream, from opening to closing. */
class Membership implements OpenStream {
  readonly #ids: ReadonlySet<string>;
  readonly #channel: ChannelLike;
  readonly #giveUp = new AbortController();
  #leader: StreamLeader | undefined;
  #release: (() => void) | undefined;
  #opened = false;
  #over = false;

  constructor(
    sharing: TabSharing,
    name: string,
    ids: readonly string[],
    private readonly handlers: StreamHandlers,
    private readonly id: string,
    private readonly host: MembershipHost,
  ) {
    this.#ids = new Set(ids);
    this.#channel = sharing.openChannel(name);
    this.#channel.onmessage = event => this.#hear(event.data as TabMessage);
    // Giving up the wait for the lock is not an error.
    sharing.requestLock(name, this.#giveUp.signal, () => this.#lead()).catch(() => undefined);
    this.#post({ kind: 'join', from: this.id, ids });
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
    this.#leader = this.host.lead(message => this.#tell(message));
    this.#leader.join(this.id, [...this.#ids]);
    if (this.#opened) this.handlers.interrupted();
    this.#post({ kind: 'lead' });
    return new Promise(resolve => (this.#release = resolve));
  }

  /** The leader's word, for the other tabs and for this one. */
  #tell(message: TabMessage): void {
    this.#post(message);
    this.#hear(message);
  }

  #post(message: TabMessage): void {
    this.#channel.postMessage(message);
  }

  #hear(message: TabMessage): void {
    if (this.#over) return;
    if ('to' in message && message.to !== undefined && message.to !== this.id) return;
    switch (message.kind) {
      case 'join':
        this.#leader?.join(message.from, message.ids);
        break;
      case 'here':
        this.#leader?.here(message.from, message.ids);
        break;
      case 'leave':
        this.#leader?.leave(message.from);
        break;
      case 'lead':
        if (this.#opened) this.handlers.interrupted();
        this.#post({ kind: 'join', from: this.id, ids: [...this.#ids] });
        break;
      case 'rollcall':
        if (this.#leader) this.#leader.here(this.id, [...this.#ids]);
        else this.#post({ kind: 'here', from: this.id, ids: [...this.#ids] });
        break;
      case 'opened':
        this.#open();
        break;
      case 'interrupted':
        if (this.#opened) this.handlers.interrupted();
        break;
      case 'event':
        this.#event(message.name, message.data, message.id);
        break;
      case 'failed':
        this.close();
        this.handlers.failed(message.reason, message.final);
        break;
    }
  }

  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    this.handlers.opened();
  }

  #event(name: string, data: string, id: string): void {
    if (id) this.host.heard(id);
    if (!this.#opened) return;
    const part = partFor(this.#ids, name, data);
    if (part !== undefined) this.handlers.event(name, part, id);
  }
}
