import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { settle } from './fakes/clock.js';
import { LaggingServer } from './fakes/lagging-server.js';
import { seeded } from './fakes/seeded.js';

const lives = Number(process.env.LIVES ?? 400);
const acts = 50;
const most = 5;

/** A browser with a few tabs, one shared stream, and everything that can happen to them. */
class BrowserLife {
  constructor(seed) {
    this.random = seeded(seed);
    this.server = new LaggingServer(['a', 'b', 'c', 'd'], this.random);
    this.server.beforePoll = () => this.open && this.server.tell(this.open);
    this.browser = new FakeBrowser(this.random);
    this.tabs = [];
    this.gone = [];
    this.given = 0;
    this.config = { enablePollingFallback: this.random() < 0.8, maxPipelines: this.random() < 0.3 ? 1 + Math.floor(this.random() * 3) : 500 };
    this.isOlderServer = this.random() < 0.25;
    this.online = true;
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  /** The stream, once it is open. */
  get open() {
    return this.flowing.find(source => source.readyState === 1);
  }

  get waiting() {
    return this.flowing.find(source => source.readyState === 0);
  }

  /** Streams that something can come through. That of a tab which stands still is there until it goes on. */
  get flowing() {
    return this.online ? this.tabs.filter(tab => !tab.standsStill).flatMap(tab => tab.live) : [];
  }

  newTab() {
    // A page is not loaded offline.
    if (this.tabs.length >= most || !this.online) return;
    const tab = this.browser.tab({ config: this.config, isOlderServer: this.isOlderServer });
    tab.randomness = this.random;
    tab.answer = ids => this.server.poll(ids);
    tab.answerWatch = (request, source) => this.server.watch(request, source, open => this.server.tell(open));
    Object.assign(tab, { online: this.online, watching: [], shown: new Map(), frozen: false, away: false });
    this.tabs.push(tab);
    this.watch(tab);
  }

  watch(tab) {
    const ids = this.server.ids.filter(() => this.random() < 0.5);
    tab.watching.push({ ids, stop: tab.client.watch(ids, snapshot => this.shown(tab, snapshot)) });
  }

  /** Never a status older than one shown already. */
  shown(tab, { pipelineId, status, staleReason }) {
    if (staleReason !== undefined && status === 'unknown') return;
    const age = LaggingServer.age(status);
    assert.ok(age >= (tab.shown.get(pipelineId) ?? 0), `${pipelineId} goes back to ${status}`);
    tab.shown.set(pipelineId, age);
  }

  get acts() {
    const { open, waiting, server } = this;
    // Nothing happens to a page that stands still.
    const tab = this.pick(this.tabs.filter(one => !one.standsStill));
    const leave = () => void this.gone.push(...this.tabs.splice(this.tabs.indexOf(tab), 1));
    return {
      newTab: () => this.newTab(),
      closeTab: () => tab && (leave(), tab.window.dispatchEvent(new Event('pagehide'))),
      crash: () => {
        if (!tab) return;
        leave();
        tab.crash();
        tab.client.close();
        this.troubledAt = this.browser.clock.time;
      },
      watch: () => tab && this.watch(tab),
      watchMore: () => tab && this.watch(tab),
      showSome: () => tab?.client.show(this.random() < 0.2 ? undefined : this.server.ids.filter(() => this.random() < 0.5)),
      followList: () => tab && (tab.endList ??= tab.client.listEtag.subscribe(() => {})),
      leaveList: () => tab?.endList && (tab.endList(), (tab.endList = undefined)),
      stop: () => tab?.watching.splice(Math.floor(this.random() * tab.watching.length), 1)[0]?.stop(),
      /** The same is watched again while the server may not have heard yet that it is not. */
      stopAndWatch: async () => {
        tab?.watching.splice(Math.floor(this.random() * tab.watching.length), 1)[0]?.stop();
        await this.browser.advance(this.pick([30, 60, 200]));
        if (tab) this.watch(tab);
      },
      greet: () => waiting && server.greet(waiting),
      greetAgain: () => waiting && server.greet(waiting),
      change: () => server.change(this.pick(server.ids)),
      changeAndTell: () => (server.change(this.pick(server.ids)), open && server.tell(open)),
      tell: () => open && server.tell(open),
      heartbeat: () => open?.send('heartbeat', {}),
      unavailable: () => open?.send('error', { code: 'backend_unavailable', message: '', pipelineId: this.pick(open.ids) }),
      stall: () => server.stall(open),
      vouch: () => server.vouch(open),
      drain: () => open?.send('error', { code: 'server_draining', message: '' }),
      garbage: () => open?.sendRaw(this.pick(['status_update', 'heartbeat']), '{'),
      breakOff: () => open?.breakOff(),
      refuse: () => waiting?.refuse(),
      standStill: () => {
        tab?.standStill();
        this.troubledAt = this.browser.clock.time;
      },
      goOn: () => this.goOn(this.pick(this.tabs.filter(one => one.standsStill))),
      hide: () => tab?.hide(),
      show: () => tab?.show(),
      freeze: () => tab && ((tab.frozen = true), tab.document.dispatchEvent(new Event('freeze'))),
      resume: () => tab && ((tab.frozen = false), tab.document.dispatchEvent(new Event('resume'))),
      pagehide: () => tab && ((tab.away = true), tab.window.dispatchEvent(new Event('pagehide'))),
      pageshow: () => tab && this.comeBack(tab),
      offline: () => this.network(false),
      online: () => this.network(true),
      signOut: () => {
        server.isSignedOut = true;
        if (this.random() < 0.5) open?.send('error', { code: 'signed_out', message: '' });
      },
      signIn: () => (server.isSignedOut = false),
      anotherRequest: () => server.isSignedOut && tab?.client.reportSignedOut(),
      reset: () => tab?.client.resetFallback(),
      wait: () => this.browser.advance(this.pick([10, 60, 1000, 3000, 20_000, 70_000])),
    };
  }

  /** What was sent to it meanwhile reaches it now; that somebody took its place, too. */
  goOn(tab) {
    if (!tab) return;
    for (const source of tab.live) if (this.online && source.readyState === 1) this.server.catchUp(source);
    tab.goOn();
    this.troubledAt = this.browser.clock.time;
  }

  comeBack(tab) {
    tab.away = tab.frozen = false;
    tab.window.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
  }

  network(online) {
    this.online = online;
    for (const tab of [...this.tabs, ...this.gone]) {
      tab.online = online;
      tab.deliver(() => tab.window.dispatchEvent(new Event(online ? 'online' : 'offline')));
    }
  }

  check() {
    // A leader that no stream can be had for leaves the others to find another one.
    const given = this.browser.tabs.filter(tab => tab.state === 'error').length;
    if (given > this.given) this.troubledAt = this.browser.clock.time;
    this.given = given;
    const isTroubled = this.browser.clock.time - (this.troubledAt ?? -Infinity) < 2500;
    const streams = this.tabs.filter(tab => !tab.standsStill).flatMap(tab => tab.live).length;
    assert.ok(streams <= 1 || isTroubled, 'two streams at a time');
    for (const tab of this.tabs.filter(one => !one.standsStill)) {
      for (const id of this.server.ids) {
        const snapshot = tab.status(id);
        if (!snapshot) continue;
        this.shown(tab, snapshot);
        assert.equal(snapshot.staleReason === undefined, snapshot.freshness === 'fresh');
        // Nothing old is shown as fresh once the stream has told everything, to those who have noticed that it is another one.
        if (snapshot.freshness === 'fresh' && tab.state === 'connected' && this.settled && !isTroubled) {
          assert.equal(snapshot.status, this.server.statusOf(id), `${id} is shown as fresh, and is not`);
        }
        if (snapshot.freshness === 'fresh' && tab.state === 'connected' && this.server.stalled && this.open && !isTroubled) {
          assert.ok(this.server.toldSinceStall.has(id), `${id} is shown as fresh, and nobody vouches for it`);
        }
      }
      const watched = new Set(tab.watching.flatMap(watching => watching.ids)).size;
      if (!tab.visible || tab.frozen || tab.away) {
        assert.equal(tab.live.length, 0, 'a sleeping page holds a stream');
        assert.ok(['disconnected', 'error'].includes(tab.state), `asleep and ${tab.state}`);
      } else if (watched > 0) {
        const live = ['connecting', 'connected', 'reconnecting'].includes(tab.state) && streams === 1;
        const retrying = tab.state === 'reconnecting' && tab.transport.nextAttemptAt !== undefined;
        const polling = tab.transport.transport === 'polling' && tab.polls.length > 0;
        const told = tab.state === 'error' && !this.config.enablePollingFallback;
        // Where nothing can come, pages wait for the network; after a crash, for a new leader.
        // Whoever is signed out sends nothing until somebody looks again.
        const waits = (!this.online && tab.state === 'disconnected') || isTroubled || tab.transport.problem === 'signed_out';
        assert.ok(live || retrying || polling || told || waits, `${tab.state}: neither live nor retrying nor polling nor told to stop`);
      }
    }
  }

  get settled() {
    return this.open !== undefined && this.server.isUpToDate(this.open);
  }

  /** A good server and a calm user: everybody is up to date in the end. */
  async calmDown() {
    this.server.fails = this.server.isSignedOut = false;
    this.server.vouch(this.open);
    if (!this.online) this.network(true);
    for (const tab of this.tabs) {
      this.goOn(tab);
      this.comeBack(tab);
      tab.show();
    }
    for (const tab of this.tabs) {
      if (tab.transport.problem !== 'signed_out') continue;
      tab.hide();
      tab.show();
    }
    for (let second = 0; second < 150; second++) {
      if (this.waiting) this.server.greet(this.waiting);
      await settle();
      if (this.open) this.server.tell(this.open);
      if (second % 20 === 0) this.open?.send('heartbeat', {});
      await this.browser.advance(1000);
    }
    for (const tab of this.tabs) {
      const watched = [...new Set(tab.watching.flatMap(watching => watching.ids))];
      const given = tab.state === 'error' && !this.config.enablePollingFallback;
      if (given) continue;
      for (const id of watched) {
        // An episode of errors that this server does not end by a batch is no business of the client's.
        if (tab.status(id).staleReason === 'backend_unavailable') continue;
        assert.equal(tab.transport.stalled, false);
        assert.deepEqual([id, tab.status(id).status, tab.status(id).freshness], [id, this.server.statusOf(id), 'fresh']);
      }
    }
  }

  async end() {
    for (const tab of [...this.tabs, ...this.gone]) {
      this.goOn(tab);
      tab.client.close();
    }
    await this.browser.advance(1000);
    assert.deepEqual([this.browser.clock.pending, this.browser.live.length, this.browser.channels], [0, 0, 0],
      'timers, streams or channels left behind');
  }
}

test(`whatever tabs do, in any order: one stream for all at most, nothing goes back, nobody is stuck (${lives} browsers)`, async () => {
  const seen = new Set();
  let [watches, partials, streams] = [0, 0, 0];
  for (let seed = 1; seed <= lives; seed++) {
    const life = new BrowserLife(seed);
    const trace = [];
    try {
      life.newTab();
      life.newTab();
      for (let act = 0; act < acts; act++) {
        const name = life.pick(Object.keys(life.acts));
        trace.push(name);
        await life.acts[name]();
        if (life.waiting && life.random() < 0.5) life.server.greet(life.waiting);
        // Changes of what is watched are collected for 50 ms, a leader is sought for 40 ms, and waits 100 ms for the others.
        await life.browser.advance(250);
        life.check();
        life.tabs.forEach(tab => seen.add(`${tab.state} ${tab.transport.transport}`));
        if (life.tabs.some(tab => tab.state === 'connected' && tab.transport.stalled)) seen.add('stalled');
        if (life.browser.leader && life.tabs.filter(tab => tab.state === 'connected').length > 1) seen.add('shared');
      }
      await life.calmDown();
      await life.end();
      watches += life.server.watches;
      partials += life.server.partials;
      streams += life.browser.sources.length;
    } catch (error) {
      throw new Error(`Seed ${seed}, after ${trace.join(' ')}: ${error.message}`, { cause: error });
    }
  }
  // The lives were worth living: all that can be was.
  for (const what of ['shared', 'stalled', 'connected sse', 'reconnecting sse', 'error polling', 'disconnected sse', 'connecting polling']) {
    assert.ok(seen.has(what), `no life was ever "${what}"`);
  }
  console.log(`${watches} watch requests taken, ${partials} batches of changes only, ${streams} streams`);
  assert.ok(watches > lives && partials > lives / 10, `${watches} watch requests, ${partials} batches of changes only`);
});
