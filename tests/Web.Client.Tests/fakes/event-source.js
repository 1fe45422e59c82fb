/** Stands for the browser's EventSource; the test plays the server. */
export class FakeEventSource {
  readyState = 0;
  onopen = null;
  #listeners = new Map();

  /** `deliver` runs what happens to the page now, or when its thread is free. */
  constructor(url, deliver = happen => happen()) {
    this.url = url;
    this.deliver = deliver;
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

  get ids() {
    return new URL(this.url, 'http://web').searchParams.get('pipelineIds').split(',');
  }

  open() {
    this.readyState = 1;
    this.deliver(() => this.onopen?.(new Event('open')));
  }

  /** An event that the server sends. */
  send(type, data, lastEventId = '') {
    this.sendRaw(type, JSON.stringify({ type, timestamp: 1_764_000_000_000, ...data }), lastEventId);
  }

  sendRaw(type, data, lastEventId = '') {
    const event = Object.assign(new Event(type), { data, lastEventId });
    this.#dispatch(type, event);
  }

  batch(statuses, lastEventId = 'e-1') {
    const updates = Object.entries(statuses).map(([pipelineId, status]) => ({ pipelineId, status }));
    this.send('batch_update', { updates }, lastEventId);
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
