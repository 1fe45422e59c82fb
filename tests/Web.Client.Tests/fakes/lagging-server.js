import { pipelineStatuses } from '../../../artifacts/client/pipeline-status.js';
import { ok, response } from './world.js';

/**
 * Replicas that know what has happened up to some event, and no stream of which starts earlier than the event its client
 * has seen. Each pipeline takes every status once, in order: so a status that goes back is seen to.
 */
export class LaggingServer {
  #sequence = 0;
  #changes = [];
  #random;
  /** Whether polls fail now and then. */
  fails = true;
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
    if (!source) return;
    source.at = this.#sequence;
    this.#batch(source);
  }

  #batch(source) {
    if (source.live) source.batch(Object.fromEntries(source.ids.map(id => [id, this.statusOf(id, source.at)])), `e-${source.at}`);
  }

  #sayStalled(source) {
    this.toldSinceStall.clear();
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
    const chance = this.fails ? this.#random() : 1;
    if (chance < 0.1) return response(503, {}, { 'retry-after': '5' });
    if (chance < 0.2) throw new TypeError('network');
    // A poll is answered from what the replicas have told, or are telling, each other: streams are not behind it.
    this.polledAt = this.#sequence;
    this.beforePoll?.();
    return ok(Object.fromEntries(ids.map(id => [id, this.statusOf(id)])));
  }
}
