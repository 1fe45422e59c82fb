import { FakeClock, settle } from './clock.js';
import { FakeWorld } from './world.js';

/** Several tabs with one clock, one lock manager and one broadcast bus. */
export class FakeBrowser {
  clock = new FakeClock();
  tabs = [];
  #locks = new Map();
  #channels = new Map();
  #random;

  constructor(random = Math.random) {
    this.#random = random;
  }

  tab(options = {}) {
    const tab = new FakeWorld({ clock: this.clock, random: this.#random, ...options, sharing: this.#sharingOf() });
    tab.crash = () => tab.sharing.crash();
    this.tabs.push(tab);
    return tab;
  }

  get live() {
    return this.tabs.flatMap(tab => tab.live);
  }

  /** Every stream ever asked for, by any tab, in order. */
  get sources() {
    return this.tabs.flatMap(tab => tab.sources);
  }

  /** Locks that are held or waited for, and channels that are open. */
  get locks() {
    return [...this.#locks.values()].flat().length;
  }

  get channels() {
    return [...this.#channels.values()].reduce((sum, bus) => sum + bus.size, 0);
  }

  /** The tab that has the stream. */
  get leader() {
    return this.tabs.find(tab => tab.live.length > 0);
  }

  async advance(milliseconds) {
    await this.clock.advance(milliseconds);
  }

  /** Opens whatever stream is waiting, with the server's truth as its first batch. */
  async serve(truth = {}) {
    await this.advance(600);
    for (const source of this.live) {
      if (source.readyState !== 0) continue;
      source.open();
      source.batch(Object.fromEntries(source.ids.map(id => [id, truth[id] ?? 'active'])));
    }
    await settle();
  }

  #sharingOf() {
    const channels = new Set();
    const releases = new Set();
    let crashed = false;
    return {
      requestLock: (name, signal, held) => {
        let release;
        const request = { signal, run: held };
        request.done = new Promise(resolve => (release = resolve));
        request.finish = () => {
          releases.delete(request.finish);
          release();
          this.#next(name, request);
        };
        releases.add(request.finish);
        this.#queue(name).push(request);
        signal.addEventListener('abort', () => {
          const queue = this.#queue(name);
          if (queue[0] !== request && queue.includes(request)) queue.splice(queue.indexOf(request), 1);
        });
        if (this.#queue(name)[0] === request) this.#grant(request);
        return request.done;
      },
      openChannel: name => {
        const channel = {
          onmessage: null,
          postMessage: message => {
            const copy = structuredClone(message);
            if (crashed) return;
            for (const other of this.#bus(name)) {
              if (other !== channel) queueMicrotask(() => this.#bus(name).has(other) && other.onmessage?.({ data: copy }));
            }
          },
          close: () => void this.#bus(name).delete(channel),
        };
        this.#bus(name).add(channel);
        channels.add(channel);
        return channel;
      },
      /** The process of the tab is gone: locks are free, and not another word is heard. */
      crash: () => {
        crashed = true;
        channels.forEach(channel => channel.close());
        [...releases].forEach(finish => finish());
      },
    };
  }

  #grant(request) {
    queueMicrotask(() => void request.run().then(request.finish));
  }

  #next(name, request) {
    const queue = this.#queue(name);
    const held = queue[0] === request;
    const index = queue.indexOf(request);
    if (index >= 0) queue.splice(index, 1);
    if (held && queue.length > 0) this.#grant(queue[0]);
  }

  #queue(name) {
    if (!this.#locks.has(name)) this.#locks.set(name, []);
    return this.#locks.get(name);
  }

  #bus(name) {
    if (!this.#channels.has(name)) this.#channels.set(name, new Set());
    return this.#channels.get(name);
  }
}
