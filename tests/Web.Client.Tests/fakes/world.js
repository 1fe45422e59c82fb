import { PipelineStatusClient } from '../../../artifacts/client/pipeline-status.js';
import { FakeClock, settle } from './clock.js';
import { FakeEventSource } from './event-source.js';

/** A browser tab with a client in it, and everything around it under control. */
export class FakeWorld {
  sources = [];
  polls = [];
  /** Watch requests, as they were sent. */
  requests = [];
  lines = [];
  fallbacks = 0;
  visible = true;
  online = true;
  /** Answers a poll; replaced by tests. */
  answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
  /** Answers a watch request, to a stream of this tab or to none; replaced by tests. */
  answerWatch = (request, source) => {
    if (!source?.live) return response(404, {});
    source.take(request, id => this.truth[id] ?? 'active');
    return response(202, { revision: request.revision });
  };
  /** The statuses that an acknowledgement tells; active unless named. */
  truth = {};
  /** An answer that was on its way already arrives although it was aborted. */
  deafToAborts = false;
  document = new EventTarget();
  window = new EventTarget();
  #standsStill = false;
  #waiting = [];

  constructor(options = {}) {
    const { useSse = true, config = {}, eventSource = true, clock = new FakeClock(), openChannel, isOlderServer = false, fields } = options;
    this.isOlderServer = isOlderServer;
    this.clock = clock;
    this.openChannel = openChannel && (name => this.#delivering(openChannel(name)));
    this.randomness = options.random ?? (() => 0);
    this.window.addEventListener('sse-fallback-triggered', () => this.fallbacks++);
    this.client = new PipelineStatusClient({ useSse, config, fields, environment: this.environment(eventSource) });
  }

  environment(eventSource) {
    const { clock } = this;
    return {
      now: clock.now,
      wallClock: clock.wallClock,
      setTimeout: (callback, delay) => {
        const timer = {};
        timer.id = clock.setTimeout(() => this.deliver(() => timer.isCleared || callback()), delay);
        return timer;
      },
      clearTimeout: timer => {
        if (!timer) return;
        timer.isCleared = true;
        clock.clearTimeout(timer.id);
      },
      random: () => this.randomness(),
      createEventSource: eventSource
        ? url => {
          const source = new FakeEventSource(url, happen => this.deliver(happen));
          if (this.isOlderServer) source.handle = undefined;
          this.sources.push(source);
          return source;
        }
        : undefined,
      openChannel: this.openChannel,
      fetch: async (url, init) => {
        const ask = init.method === 'POST' ? this.#watchRequest(url, init) : this.#poll(url, init);
        if (!this.online) throw new TypeError('network');
        if (this.deafToAborts) return await ask();
        const aborted = new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(new Error('aborted'))));
        const answer = await Promise.race([ask(), aborted]);
        if (this.#standsStill) await new Promise(resolve => this.deliver(resolve));
        return answer;
      },
      console: { log: line => this.lines.push(line), warn: line => this.lines.push(line) },
      page: {
        document: this.document, window: this.window, isVisible: () => this.visible, isOnline: () => this.online,
      },
    };
  }

  #poll(url, { signal }) {
    const ids = new URL(url, 'http://web').searchParams.get('pipelineIds').split(',');
    this.polls.push({ url, ids, at: this.clock.time, signal });
    return () => this.answer(ids);
  }

  #watchRequest(url, { body }) {
    const request = { url, at: this.clock.time, bytes: body.length, ...JSON.parse(body) };
    this.requests.push(request);
    return async () => {
      // The stream says first what it has said already.
      await undefined;
      return this.answerWatch(request, this.sources.find(({ handle }) => handle === request.stream));
    };
  }

  /** What happens to the page happens when its thread is free. */
  deliver(happen) {
    if (this.#standsStill) this.#waiting.push(happen);
    else happen();
  }

  /** A dialog is open, or a debugger: no script of the page runs. */
  standStill() {
    this.#standsStill = true;
  }

  goOn() {
    this.#standsStill = false;
    for (const happen of this.#waiting.splice(0)) happen();
  }

  get standsStill() {
    return this.#standsStill;
  }

  #delivering(channel) {
    const own = { onmessage: null, postMessage: message => channel.postMessage(message), close: () => channel.close() };
    channel.onmessage = event => this.deliver(() => own.onmessage?.(event));
    return own;
  }

  /** The latest stream asked for. */
  get source() {
    return this.sources.at(-1);
  }

  get live() {
    return this.sources.filter(source => source.live);
  }

  get state() {
    return this.client.connectionState.value;
  }

  get transport() {
    return this.client.transport.value;
  }

  status(id) {
    return this.client.getStatus(id);
  }

  watch(...ids) {
    const heard = [];
    const stop = this.client.watch(ids, snapshot => heard.push(snapshot));
    return { heard, stop };
  }

  /** Watches, and brings the stream to where it has delivered its first batch. */
  async connect(statuses = { orders: 'active' }) {
    const watching = this.watch(...Object.keys(statuses));
    await this.clock.advance(50);
    this.source.open();
    this.source.batch(statuses);
    return watching;
  }

  hide() {
    this.visible = false;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  show() {
    this.visible = true;
    this.document.dispatchEvent(new Event('visibilitychange'));
  }

  cutOff() {
    this.online = false;
    this.window.dispatchEvent(new Event('offline'));
  }

  reconnect() {
    this.online = true;
    this.window.dispatchEvent(new Event('online'));
  }

  /** Lets every attempt fail until the client falls back. */
  async exhaust() {
    while (this.state !== 'error') {
      if (this.source.live) this.source.refuse();
      await this.clock.advance(40_000);
    }
  }

  async advance(milliseconds) {
    await this.clock.advance(milliseconds);
  }
}

export function ok(statuses) {
  const updates = Object.entries(statuses).map(([pipelineId, status]) => ({ pipelineId, status }));
  return response(200, { type: 'batch_update', timestamp: 1, updates });
}

export function response(status, body, headers = {}) {
  return {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: name => headers[name.toLowerCase()] ?? null },
    json: async () => {
      if (body === undefined) throw new SyntaxError('no JSON');
      return body;
    },
  };
}

export { settle };
