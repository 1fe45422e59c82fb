import { FakeClock, settle } from './clock.js';
import { FakeWorld } from './world.js';

/** Several tabs with one clock and one broadcast bus, as on plain http: no locks. */
export class FakeBrowser {
  clock = new FakeClock();
  tabs = [];
  /** How many messages tabs have sent each other. */
  posted = 0;
  /** Hears each of them; replaced by tests. */
  onPost = () => {};
  #channels = new Map();
  #random;

  /** Without chance of its own each tab has the same luck every time: of several that could lead, the first does. */
  constructor(random) {
    this.#random = random;
  }

  tab(options = {}) {
    const { openChannel, crash } = this.#channelsOf();
    const luck = (this.tabs.length + 1) / 1000;
    const tab = new FakeWorld({ clock: this.clock, random: this.#random ?? (() => luck), openChannel, ...options });
    tab.crash = crash;
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

  /** Channels that are open. */
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

  #channelsOf() {
    const channels = new Set();
    let crashed = false;
    return {
      openChannel: name => {
        const channel = {
          onmessage: null,
          postMessage: message => {
            const copy = structuredClone(message);
            if (crashed) return;
            this.posted++;
            this.onPost(copy);
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
      /** The process of the tab is gone: not another word is heard. */
      crash: () => {
        crashed = true;
        channels.forEach(channel => channel.close());
      },
    };
  }

  #bus(name) {
    if (!this.#channels.has(name)) this.#channels.set(name, new Set());
    return this.#channels.get(name);
  }
}
