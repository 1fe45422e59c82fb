import type { ChannelLike, Environment } from './environment.js';
import { checkList, TooManyPipelinesError, type RequestLimits } from './request-limits.js';
import { partFor, type LeaderMessage, type TabMessage } from './shared-messages.js';
import { StreamLeader } from './stream-leader.js';
import { StreamRefusedError, type OpenStream, type StreamHandlers, type StreamSource } from './stream-source.js';
import { TabElection } from './tab-election.js';

/**
 * Of the messages between tabs, and of what a leader has to tell. Pages loaded before and after an update that changed
 * either do not share a stream.
 */
const protocol = 3;

/**
 * One stream for all tabs of a browser. One of them leads: it has the stream and passes on what it says. Only awake tabs open
 * streams, so only they take part, and a tab that goes away leaves the lead to another.
 */
export class SharedStream implements StreamSource {
  #lastEventId: string | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly openChannel: (name: string) => ChannelLike,
    private readonly own: StreamSource,
    private readonly limits: RequestLimits,
  ) {}

  open(ids: readonly string[], lastEventId: string | undefined, handlers: StreamHandlers): OpenStream {
    if (!this.environment.createEventSource) return this.own.open(ids, lastEventId, handlers);
    checkList(this.limits, ids);
    this.#lastEventId ??= lastEventId;
    let channel: ChannelLike;
    try {
      channel = this.openChannel(`pipeline-status ${protocol} ${this.limits.endpoint}`);
    } catch {
      // Browsers forbid channels to some pages, in a sandbox for example.
      return this.own.open(ids, lastEventId, handlers);
    }
    return new Membership(this.environment, channel, ids, handlers, {
      since: () => this.#lastEventId,
      lead: (follows, publish) =>
        new StreamLeader(this.environment, this.limits, this.own, this.#lastEventId, follows, publish),
      // Also of events about pipelines that this tab does not watch: the next leader goes on from there.
      heard: id => void (this.#lastEventId = id),
    });
  }
}

interface MembershipHost {
  since(): string | undefined;
  lead(follows: boolean, publish: (message: LeaderMessage) => void): StreamLeader;
  heard(lastEventId: string): void;
}

/** One tab's part in the shared stream, from opening to closing. */
class Membership implements OpenStream {
  readonly #id: string;
  readonly #watched: ReadonlySet<string>;
  readonly #election: TabElection;
  #leader: StreamLeader | undefined;
  #opened = false;
  #over = false;

  constructor(
    environment: Environment,
    private readonly channel: ChannelLike,
    private readonly ids: readonly string[],
    private readonly handlers: StreamHandlers,
    private readonly host: MembershipHost,
  ) {
    this.#id = environment.random().toString(36).slice(2);
    this.#watched = new Set(ids);
    this.channel.onmessage = event => this.#receive(event.data as TabMessage);
    this.#election = new TabElection(environment, this.#id, {
      seek: () => this.channel.postMessage({ kind: 'seek', from: this.#id } satisfies TabMessage),
      lead: () => this.#lead(),
      affirm: () => this.#say({ kind: 'lead' }),
      follow: () => this.#follow(),
    });
    this.#election.start();
  }

  close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#election.stop();
    if (this.#leader) this.#say({ kind: 'resign' });
    else this.#post({ kind: 'leave', from: this.#id });
    this.#leader?.close();
    this.channel.close();
  }

  #lead(): void {
    this.#leader = this.host.lead(this.#opened, message => this.#publish(message));
    this.#leader.join(this.#id, this.ids);
    this.#interrupt();
    this.#say({ kind: 'lead' });
  }

  /** Another tab leads: if this one did, it was passed over while it stood still. */
  #follow(): void {
    this.#leader?.close();
    this.#leader = undefined;
    this.#interrupt();
    this.#post({ kind: 'join', from: this.#id, ids: this.ids, since: this.host.since() });
  }

  /** The leader's word, for the other tabs and for this one. */
  #publish(message: LeaderMessage): void {
    this.#say(message);
    this.#hear(message);
  }

  #say(message: LeaderMessage): void {
    const leader = this.#election.leader;
    if (leader) this.#post({ ...message, leader });
  }

  #post(message: TabMessage): void {
    this.channel.postMessage(message);
  }

  #receive(message: TabMessage): void {
    if (this.#over) return;
    switch (message.kind) {
      case 'seek':
        this.#election.sought(message.from);
        break;
      case 'join':
        this.#leader?.join(message.from, message.ids, message.since);
        break;
      case 'here':
        this.#leader?.here(message.from, message.ids);
        break;
      case 'leave':
        this.#leader?.leave(message.from);
        break;
      case 'resign':
        this.#election.resigned(message.leader);
        break;
      default:
        if (this.#election.heard(message.leader)) this.#hear(message);
    }
  }

  #hear(message: LeaderMessage): void {
    if (this.#over) return;
    if ('to' in message && !message.to?.includes(this.#id)) {
      // The next leader goes on from the last event of all, whomever it concerned.
      if (message.kind === 'event' && message.id) this.host.heard(message.id);
      return;
    }
    switch (message.kind) {
      case 'rollcall':
        if (this.#leader) this.#leader.here(this.#id, this.ids);
        else this.#post({ kind: 'here', from: this.#id, ids: this.ids });
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
      case 'failed':
        this.close();
        this.handlers.failed(failure(message));
        break;
    }
  }

  #interrupt(): void {
    if (this.#opened) this.handlers.interrupted();
  }
}

function failure({ reason, refused, count, limit }: Extract<LeaderMessage, { kind: 'failed' }>): Error {
  if (count !== undefined && limit !== undefined) return new TooManyPipelinesError(count, limit);
  return refused ? new StreamRefusedError(refused, reason) : new Error(reason);
}
