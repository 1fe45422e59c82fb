import { FakeBrowser } from './browser.js';
import { ok, response, settle } from './world.js';

export const hour = 3_600_000;

/** Tabs of one browser that watch these, with a stream that has delivered, or polls, and a server that may know nobody. */
export class Tabs {
  browser = new FakeBrowser();
  knows = true;
  refusal = 401;

  /** `options` are those of each tab, or say them by its number. */
  static async watching(count, options = {}) {
    const tabs = new Tabs();
    const optionsOf = typeof options === 'function' ? options : () => options;
    for (let index = 0; index < count; index++) tabs.open(optionsOf(index), 'orders', `p${index}`);
    await tabs.browser.serve();
    await tabs.browser.advance(6000);
    return tabs;
  }

  open(options, ...ids) {
    const tab = this.browser.tab(options);
    tab.answer = ids => this.knows ? ok(Object.fromEntries(ids.map(id => [id, 'active']))) : response(this.refusal, {});
    const { answerWatch } = tab;
    tab.answerWatch = (request, source) => {
      const stream = this.browser.sources.find(({ handle }) => handle === request.stream) ?? source;
      return this.knows ? answerWatch(request, stream) : response(this.refusal, {});
    };
    tab.watch(...ids);
    return tab;
  }

  get all() {
    return this.browser.tabs;
  }

  /** Every request of any tab. */
  get sent() {
    return this.browser.sources.length + this.all.reduce((sum, tab) => sum + tab.polls.length + tab.requests.length, 0);
  }

  /** The server's answer to whatever stream is asked for: none. */
  refuse() {
    for (const source of this.browser.live) if (source.readyState === 0) source.refuse();
  }

  async serve() {
    if (this.knows) return this.browser.serve();
    await this.browser.advance(600);
    this.refuse();
    await settle();
  }

  /** Each second the server answers what it is asked. */
  async live(seconds) {
    for (let second = 0; second < seconds; second++) {
      await this.browser.advance(400);
      await this.serve();
    }
  }
}

/** What a tab shows of it. */
export const state = tab => [tab.state, tab.transport.problem, tab.transport.fallbackActive, tab.status('orders').freshness, tab.status('orders').staleReason];
export const quiet = ['error', 'signed_out', false, 'stale', 'signed_out'];

