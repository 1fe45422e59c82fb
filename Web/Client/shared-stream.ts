import type { SSEEvent } from './contracts.js';
import type { ChannelLike, Environment } from './environment.js';
import { partFor } from './event-part.js';
import { TooManyPipelinesError, type RequestLimits } from './request-limits.js';
import type { LeaderMessage, TabMessage } from './shared-messages.js';
import { StreamLeader } from './stream-leader.js';
import { StreamMemory } from './stream-memory.js';
import { SignedOutError, StreamRefusedError, type OpenStream, type StreamHandlers, type StreamSource, type Wanted } from './stream-source.js';
import { TabElection } from './tab-election.js';
import { EventSourceStreams } from './watched-stream.js';

/**
 * Of the messages between tabs, and of what a leader has to tell. Pages loaded before and after an update that changed
 * either do not share a stream.
 */
const protocol = 6;

/**
 * One stream for all tabs of a browser. One of them leads: it has the stream and passes on what it says. Only awake tabs open
 * streams, so only they take part, and a tab that goes away leaves the lead to another.
 */
export class SharedStream implements StreamSource {
  readonly #own: EventSourceStreams;
  readonly #memory = new StreamMemory();

  constructor(
    private readonly environment: Environment,
    private readonly openChannel: (name: string) => ChannelLike,
    private readonly limits: RequestLimits,
  ) {
    this.#own = new EventSourceStreams(environment, limits, this.#memory);
  }

  open(wanted: Wanted, handlers: StreamHandlers): OpenStream {
    if (!this.environment.createEventSource) return this.#own.open(wanted, handlers);
    this.limits.checkStream(wanted.ids);
    let channel: ChannelLike;
    try {
      channel = this.openChannel(`pipeline-status ${protocol} ${this.limits.endpoint}`);
    } catch {
      // Browsers forbid channels to some pages, in a sandbox for example.
      return this.#own.open(wanted, handlers);
    }
    return new Membership(this.environment, channel, wanted, handlers, this.#memory, (follows, publish) =>
      new StreamLeader(this.environment, this.limits, this.#own, this.#memory, follows, publish));
  }
}

/** One tab's part in the shared stream, from opening to closing. */
class Membership implements OpenStream {
  readonly #id: string;
  readonly #election: TabElection;
  #watched: ReadonlySet<string>;
  #leader: StreamLeader | undefined;
  #opened = false;
  /** What the leader tells is for this tab too: it has heard what is wanted here. */
  #served = false;
  #over = false;

  constructor(
    environment: Environment,
    private readonly channel: ChannelLike,
    private wanted: Wanted,
    private readonly handlers: StreamHandlers,
    private readonly memory: StreamMemory,
    private readonly newLeader: (follows: boolean, publish: (message: LeaderMessage) => void) => StreamLeader,
  ) {
    this.#id = environment.random().toString(36).slice(2);
    this.#watched = new Set(wanted.ids);
    this.channel.onmessage = event => this.#receive(event.data as TabMessage);
    this.#election = new TabElection(environment, this.#id, {
      seek: () => this.channel.postMessage({ kind: 'seek', from: this.#id } satisfies TabMessage),
      lead: () => this.#lead(),
      affirm: () => this.#say({ kind: 'lead' }),
      follow: () => this.#follow(),
    });
    this.#election.start();
  }

  update(wanted: Wanted): void {
    if (this.#over) return;
    const before = this.wanted;
    this.#want(wanted);
    if (this.#leader) this.#leader.change(this.#id, wanted);
    // A long list is sent only when it is another one.
    else {
      const { ids, ...others } = wanted;
      this.#post({ kind: 'change', from: this.#id, wanted: ids === before.ids ? others : wanted });
    }
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

  #want(wanted: Wanted): void {
    if (wanted.ids !== this.wanted.ids) this.#watched = new Set(wanted.ids);
    this.wanted = wanted;
    if (this.#served && !this.#leader) this.memory.follow(wanted.ids, wanted.list);
  }

  #lead(): void {
    this.#served = false;
    this.#leader = this.newLeader(this.#opened, message => this.#publish(message));
    this.#leader.join(this.#id, this.wanted);
    this.#interrupt();
    this.#say({ kind: 'lead' });
  }

  /** Another tab leads: if this one did, it was passed over while it stood still. */
  #follow(): void {
    this.#leader?.close();
    this.#leader = undefined;
    this.#served = false;
    this.#interrupt();
    this.#post({ kind: 'join', from: this.#id, wanted: this.wanted, since: this.memory.lastEventId });
  }

  /** The leader's word, for the other tabs and for this one. */
  #publish(message: LeaderMessage): void {
    // A tab that has resigned would be followed again.
    if (this.#over) return;
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
        this.#leader?.join(message.from, message.wanted, message.since);
        break;
      case 'change':
        this.#leader?.change(message.from, message.wanted);
        break;
      case 'here':
        this.#leader?.here(message.from, message.wanted);
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
    if (this.#over || ('to' in message && !message.to?.includes(this.#id))) return;
    switch (message.kind) {
      case 'rollcall':
        if (this.#leader) this.#leader.here(this.#id, this.wanted);
        else this.#post({ kind: 'here', from: this.#id, wanted: this.wanted });
        break;
      case 'opened':
        if (this.#served) break;
        this.#served = true;
        if (!this.#leader) {
          // From now on the last event moves on without a word of what others watch.
          this.memory.follow(this.wanted.ids, this.wanted.list);
          this.memory.restart();
        }
        if (!this.#opened) {
          this.#opened = true;
          this.handlers.opened();
        }
        break;
      case 'interrupted':
        this.#served = false;
        this.#interrupt();
        break;
      case 'event':
        if (this.#served) this.#take(message.event, message.id);
        break;
      case 'failed':
        this.close();
        this.handlers.failed(failure(message, this.#leader !== undefined));
        break;
    }
  }

  #take(event: SSEEvent, id: string): void {
    const part = partFor(id => this.#watched.has(id), event);
    // The next leader goes on from the last event of all, whomever it concerned.
    if (!this.#leader) {
      if (part) this.memory.take(part, id);
      else this.memory.reach(id);
    }
    if (part) this.handlers.event(part, id);
  }

  #interrupt(): void {
    if (this.#opened) this.handlers.interrupted();
  }
}

function failure({ reason, refused, count, limit, signedOut }: Extract<LeaderMessage, { kind: 'failed' }>, isOwn: boolean): Error {
  if (signedOut) return new SignedOutError(reason);
  if (count !== undefined && limit !== undefined) return new TooManyPipelinesError(count, limit);
  return refused ? new StreamRefusedError(refused, reason, isOwn) : new Error(reason);
}
