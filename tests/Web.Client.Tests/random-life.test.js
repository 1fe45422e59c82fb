import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seeded } from './fakes/seeded.js';
import { FakeWorld, ok, response } from './fakes/world.js';

const lives = Number(process.env.LIVES ?? 1000);
const acts = 60;

/** The server's truth: a status is a number that only grows, written in the words the client knows. */
const words = ['active', 'starting', 'pausing', 'paused', 'resuming', 'stopping', 'stopped', 'terminating'];

class Life {
  constructor(seed) {
    this.random = seeded(seed);
    this.truth = new Map(['a', 'b', 'c', 'd'].map(id => [id, 0]));
    this.changedAt = new Map();
    this.watching = [];
    this.frozen = false;
    this.away = false;
    this.world = new FakeWorld({ config: { enablePollingFallback: this.random() < 0.8 } });
    this.world.randomness = this.random;
    this.world.answer = ids => this.answer(ids);
    this.world.answerWatch = (request, source) => this.answerWatch(request, source);
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  word(id) {
    return words[this.truth.get(id) % words.length];
  }

  async answer(ids) {
    const now = Object.fromEntries(ids.map(id => [id, this.word(id)]));
    if (this.signedOut) return response(401, {});
    const chance = this.random();
    if (chance < 0.1) return response(503, {}, { 'retry-after': '5' });
    if (chance < 0.2) throw new TypeError('network');
    return ok(now);
  }

  async answerWatch(request, source) {
    const chance = this.random();
    if (chance < 0.1) return response([404, 409, 429, 503][Math.floor(chance * 40)], {});
    if (!source?.live) return response(404, {});
    source.take(request, id => this.word(id));
    if (chance < 0.15) throw new TypeError('network');
    return response(202, {});
  }

  get acts() {
    const { world } = this;
    const source = world.source;
    return {
      watch: () => {
        const ids = [...this.truth.keys()].filter(() => this.random() < 0.5);
        this.watching.push({ ids, stop: world.client.watch(ids, snapshot => this.check(snapshot)) });
      },
      showSome: () => world.client.show([...this.truth.keys()].filter(() => this.random() < 0.5)),
      stop: () => this.watching.splice(Math.floor(this.random() * this.watching.length), 1)[0]?.stop(),
      open: () => world.online && source?.live && source.readyState === 0 && this.greet(source),
      change: () => {
        const id = this.pick([...this.truth.keys()]);
        this.truth.set(id, this.truth.get(id) + 1);
        this.changedAt.set(id, world.clock.time);
        if (world.online && source?.live && source.readyState === 1 && source.ids.includes(id)) {
          source.send('status_update', { pipelineId: id, status: this.word(id) }, `e-${this.truth.get(id)}`);
        }
      },
      heartbeat: () => this.flows && source.readyState === 1 && source.send('heartbeat', {}),
      unavailable: () => this.flows && source.readyState === 1
        && source.send('error', { code: 'backend_unavailable', message: '', pipelineId: this.pick(source.ids) }),
      stall: () => this.flows && source.readyState === 1 && source.send('error', { code: 'polling_stalled', message: '' }),
      vouch: () => this.flows && source.readyState === 1 && this.tellAll(source),
      drain: () => this.flows && source.readyState === 1 && source.send('error', { code: 'server_draining', message: '' }),
      garbage: () => this.flows && source.readyState === 1 && source.sendRaw(this.pick(['status_update', 'heartbeat']), '{'),
      breakOff: () => source?.live && source.breakOff(),
      refuse: () => source?.live && source.readyState === 0 && source.refuse(),
      ghost: () => world.sources.filter(old => !old.live).forEach(old => old.sendRaw('status_update', '{}')),
      hide: () => world.hide(),
      show: () => world.show(),
      freeze: () => ((this.frozen = true), world.document.dispatchEvent(new Event('freeze'))),
      resume: () => ((this.frozen = false), world.document.dispatchEvent(new Event('resume'))),
      pagehide: () => ((this.away = true), world.window.dispatchEvent(new Event('pagehide'))),
      pageshow: () => {
        this.away = this.frozen = false;
        world.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
      },
      offline: () => ((this.hinted = true), world.cutOff()),
      online: () => ((this.hinted = false), world.reconnect()),
      /** An adapter goes away that nobody needs. */
      offlineHint: () => ((this.hinted = true), world.window.dispatchEvent(new Event('offline'))),
      sleep: () => (world.clock.wallOffset += 3_600_000),
      signedOut: () => void (this.signedOut = this.random() < 0.5),
      reset: () => world.client.resetFallback(),
      wait: () => world.advance(this.pick([10, 60, 1000, 3000, 20_000, 70_000])),
    };
  }

  /** Whether anything of the server comes through. */
  get flows() {
    return this.world.online && this.world.source?.live;
  }

  greet(source) {
    source.open();
    if (source.live) this.tellAll(source);
  }

  tellAll(source) {
    source.batch(Object.fromEntries(source.ids.map(id => [id, this.word(id)])));
  }

  /** What is shown as fresh is the truth, since this server always tells it; what is told never goes back. */
  check(snapshot) {
    if (snapshot.freshness === 'fresh') assert.equal(snapshot.status, this.word(snapshot.pipelineId));
  }

  async settled() {
    const { world } = this;
    assert.ok(world.live.length <= 1, 'two streams at a time');
    for (const id of this.truth.keys()) {
      const snapshot = world.status(id);
      if (snapshot?.freshness === 'fresh' && world.transport.transport === 'sse') {
        // While one stream is swapped for another on purpose, what is known counts as fresh for a second.
        const swapping = world.state === 'connecting' && world.clock.time - this.changedAt.get(id) <= 1000;
        if (!swapping) assert.equal(snapshot.status, this.word(id), `${id} is shown as fresh, and is not`);
      }
      assert.equal(snapshot?.staleReason === undefined, snapshot === undefined || snapshot.freshness === 'fresh');
    }
    const asleep = !world.visible || this.frozen || this.away;
    if (asleep) {
      assert.equal(world.live.length, 0, 'a sleeping page holds a stream');
      assert.ok(['disconnected', 'error'].includes(world.state));
      return;
    }
    if (this.watched === 0) return;
    // Where a look has found no server, the page waits for the network, and looks again.
    if (this.hinted && world.state === 'disconnected' && world.clock.pending > 0) return;
    // Whoever is signed out sends nothing until somebody looks again.
    if (world.transport.problem === 'signed_out') return;
    const live = world.live.length === 1;
    const retrying = world.state === 'reconnecting' && (live || world.transport.nextAttemptAt !== undefined);
    const polling = world.transport.transport === 'polling' && world.clock.pending > 0;
    const told = world.state === 'error' && !world.client.config.enablePollingFallback;
    assert.ok(live || retrying || polling || told, `${world.state}: neither live nor retrying nor polling nor told to stop`);
    if (live && world.source.readyState === 1) assert.equal(world.state, 'connected');
    // While one stream replaces another, since watch requests are not answered, none is open.
    if (world.state === 'connected') assert.ok(live);
  }

  get watched() {
    return new Set(this.watching.flatMap(watching => watching.ids)).size;
  }
}

test(`whatever happens, in any order: one stream at most, nothing stale shown as fresh, never stuck (${lives} lives)`, async () => {
  for (let seed = 1; seed <= lives; seed++) {
    const life = new Life(seed);
    const trace = [];
    try {
      for (let act = 0; act < acts; act++) {
        const name = life.pick(Object.keys(life.acts));
        trace.push(name);
        await life.acts[name]();
        // What is watched is collected for 50 ms; only then is it settled.
        await life.world.advance(60);
        await life.settled();
      }
      life.watching.forEach(watching => watching.stop());
      life.world.client.close();
      await life.world.advance(1000);
      assert.equal(life.world.clock.pending, 0, 'timers left behind');
      assert.equal(life.world.live.length, 0, 'a stream left behind');
    } catch (error) {
      throw new Error(`Seed ${seed}, after ${trace.join(' ')}: ${error.message}`, { cause: error });
    }
  }
});
