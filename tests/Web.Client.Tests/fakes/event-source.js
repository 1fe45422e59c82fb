let handles = 0;

/** Stands for the browser's EventSource; the test plays the server. */
export class FakeEventSource {
  readyState = 0;
  onopen = null;
  /** The name of the stream, by which watch requests find it; undefined for a server that knows none. */
  handle = undefined;
  /** The last revision that was taken. */
  revision = 0;
  #listeners = new Map();
  #lastEventId = '';
  #isNamed = false;

  /** `deliver` runs what happens to the page now, or when its thread is free. */
  constructor(url, deliver = happen => happen()) {
    this.url = url;
    this.deliver = deliver;
    this.watched = new Set(this.parameter('pipelineIds').split(','));
    if (this.parameter('watch') === '1') this.handle = `handle-${++handles}`;
  }

  addEventListener(type, listener) {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  close() {
    this.readyState = 2;
  }

  get live() {
    return this.readyState !== 2;
  }

  /** What it watches by now. */
  get ids() {
    return [...this.watched];
  }

  parameter(name) {
    return new URL(this.url, 'http://web').searchParams.get(name);
  }

  /** A watch request that the server takes: what is added is acknowledged with these statuses. */
  take({ revision, add = [], remove = [] }, statusOf, lastEventId) {
    this.revision = revision;
    for (const id of remove) this.watched.delete(id);
    for (const id of add) this.watched.add(id);
    const updates = add.flatMap(pipelineId => statusOf(pipelineId) ? [{ pipelineId, status: statusOf(pipelineId) }] : []);
    this.send('batch_update', { revision, updates }, lastEventId);
  }

  open() {
    this.readyState = 1;
    this.deliver(() => this.onopen?.(new Event('open')));
  }

  /** An event that the server sends. */
  send(type, data, lastEventId) {
    this.sendRaw(type, JSON.stringify({ type, timestamp: 1_764_000_000_000, ...data }), lastEventId);
  }

  /** An event without an id is told with that of the one before. */
  sendRaw(type, data, lastEventId) {
    this.#lastEventId = lastEventId || this.#lastEventId;
    this.#dispatch(type, Object.assign(new Event(type), { data, lastEventId: this.#lastEventId }));
  }

  /** A batch; after the first one the stream tells its name. */
  batch(statuses, lastEventId = 'e-1', more = {}) {
    const updates = Object.entries(statuses).map(([pipelineId, status]) => ({ pipelineId, status }));
    this.send('batch_update', { ...more, updates }, lastEventId);
    if (this.handle && !this.#isNamed) this.send('stream', { stream: this.handle });
    this.#isNamed = true;
  }

  /** What the browser does when the connection breaks: an `error` event without data, then a retry of its own. */
  breakOff() {
    this.readyState = 0;
    this.#plainError();
  }

  /** What the browser does about an answer that is no stream: an `error` event without data, and no retry. */
  refuse() {
    this.readyState = 2;
    this.#plainError();
  }

  #plainError() {
    this.#dispatch('error', new Event('error'));
  }

  #dispatch(type, event) {
    this.deliver(() => {
      for (const listener of this.#listeners.get(type) ?? []) listener(event);
    });
  }
}
