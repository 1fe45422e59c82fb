import { pipelineStatuses } from '../../../artifacts/client/pipeline-status.js';
import { knownHash } from '../../../artifacts/client/known-hash.js';
import { ok, response } from './world.js';

/**
 * Replicas that know what has happened up to some event, and no stream of which starts earlier than the event its client
 * has seen. Each pipeline takes every status once, in order: so a status that goes back is seen to.
 */
export class LaggingServer {
  #sequence = 0;
  #changes = [];
  #random;
  /** How many watch requests were taken, and how many batches held changes only. */
  watches = 0;
  partials = 0;
  /** Whether polls and watch requests fail now and then. */
  fails = true;
  /** Whether the server knows nobody: it answers nothing but 401. */
  isSignedOut = false;
  /** Whether replicas can vouch for nothing at the moment. */
  stalled = false;
  /** What the stream has told since it said so last. */
  toldSinceStall = new Set();

  constructor(ids, random) {
    this.ids = ids;
    this.#random = random;
  }

  static age(status) {
    return pipelineStatuses.indexOf(status);
  }

  statusOf(id, at = this.#sequence) {
    return pipelineStatuses[this.#changes.filter(change => change.id === id && change.sequence <= at).length];
  }

  change(id) {
    if (LaggingServer.age(this.statusOf(id)) === pipelineStatuses.length - 1) return;
    this.#changes.push({ id, sequence: ++this.#sequence });
  }

  /** Answers a request for a stream; a replica may be a few events behind. */
  greet(source) {
    if (this.isSignedOut) {
      source.refuse();
      return;
    }
    const seen = Number(new URL(source.url, 'http://web').searchParams.get('lastEventId')?.split('-')[1] ?? 0);
    const lag = Math.floor(this.#random() * 4);
    source.at = Math.max(seen, this.#sequence - lag, this.polledAt ?? 0);
    source.open();
    this.#batch(source);
    if (this.stalled) this.#sayStalled(source);
  }

  /** From now on nothing is vouched for; an open stream is told so. */
  stall(source) {
    this.stalled = true;
    if (source) this.#sayStalled(source);
  }

  /** The stall is over: an open stream is told everything anew. */
  vouch(source) {
    if (!this.stalled) return;
    this.stalled = false;
    if (source) this.#vouch(source);
  }

  #vouch(source) {
    source.isStalled = false;
    source.at = this.#sequence;
    this.#batch(source);
  }

  /** Tells a stream whose page stood still what it has missed. */
  catchUp(source) {
    if (this.stalled && !source.isStalled) this.#sayStalled(source);
    else if (!this.stalled && source.isStalled) this.#vouch(source);
    this.tell(source);
  }

  /** The first batch, or all anew. A client that knows what it says it does gets what has changed since. */
  #batch(source) {
    if (!source.live) return;
    const since = this.#sinceOf(source, source.parameter('lastEventId'), source.parameter('known'), source.ids);
    const isPartial = since !== undefined && !source.isGreeted;
    source.isGreeted = true;
    this.partials += isPartial ? 1 : 0;
    const ids = isPartial ? source.ids.filter(id => this.statusOf(id, since) !== this.statusOf(id, source.at)) : source.ids;
    source.batch(Object.fromEntries(ids.map(id => [id, this.statusOf(id, source.at)])), `e-${source.at}`, isPartial ? { partial: true } : {});
  }

  #sinceOf(source, lastEventId, known, ids) {
    const since = Number(lastEventId?.split('-')[1] ?? NaN);
    return known && known === knownHash(ids) && since <= source.at ? since : undefined;
  }

  /** A watch request: by chance answered as it should be, or in one of the ways in which it may fail. */
  watch(request, source, tell) {
    if (this.isSignedOut) return response(401, {});
    const chance = this.fails ? this.#random() : 1;
    const refuse = { 0: 404, 1: 409, 2: 429, 3: 503, 4: 400 }[Math.floor(chance * 50)];
    if (refuse === 409) {
      source && (source.revision += 5);
      return response(409, { revision: source?.revision ?? 0 });
    }
    if (refuse === 429) return response(429, {}, { 'retry-after': '2' });
    if (refuse) return response(refuse, {});
    if (!source?.live || source.readyState !== 1) return response(404, {});
    if (request.revision <= source.revision) return response(409, { revision: source.revision });
    this.watches++;
    tell(source);
    source.revision = request.revision;
    for (const id of request.remove) source.watched.delete(id);
    for (const id of request.add) source.watched.add(id);
    // Neither the answer nor the acknowledgement, or only one of them, arrives.
    const lost = chance < 0.15 ? Math.floor(chance * 1000) % 3 : undefined;
    if (lost !== 1) this.#acknowledge(request, source);
    if (lost === undefined || lost === 1) return response(202, { revision: request.revision });
    if (lost === 2) throw new TypeError('network');
    return new Promise(() => {});
  }

  #acknowledge({ revision, add, lastEventId, known }, source) {
    const since = this.#sinceOf(source, lastEventId, known, add);
    const isPartial = since !== undefined;
    this.partials += isPartial ? 1 : 0;
    const ids = isPartial ? add.filter(id => this.statusOf(id, since) !== this.statusOf(id, source.at)) : add;
    const updates = ids.map(pipelineId => ({ pipelineId, status: this.statusOf(pipelineId, source.at) }));
    if (this.stalled) for (const id of add) this.toldSinceStall.delete(id);
    source.send('batch_update', { revision, ...(isPartial ? { partial: true } : {}), updates }, `e-${source.at}`);
  }

  #sayStalled(source) {
    this.toldSinceStall.clear();
    source.isStalled = true;
    if (source.live) source.send('error', { code: 'polling_stalled', message: '' });
  }

  /** Tells an open stream what it has not been told yet. */
  tell(source) {
    for (const { id, sequence } of this.#changes) {
      if (sequence <= source.at || !source.live) continue;
      source.at = sequence;
      if (source.ids.includes(id)) {
        this.toldSinceStall.add(id);
        source.send('status_update', { pipelineId: id, status: this.statusOf(id, sequence) }, `e-${sequence}`);
      }
    }
  }

  isUpToDate(source) {
    return source.at === this.#sequence;
  }

  async poll(ids) {
    if (this.isSignedOut) return response(401, {});
    const chance = this.fails ? this.#random() : 1;
    if (chance < 0.1) return response(503, {}, { 'retry-after': '5' });
    if (chance < 0.2) throw new TypeError('network');
    // A poll is answered from what the replicas have told, or are telling, each other: streams are not behind it.
    this.polledAt = this.#sequence;
    this.beforePoll?.();
    return ok(Object.fromEntries(ids.map(id => [id, this.statusOf(id)])));
  }
}
