import { createServer } from 'node:http';
import { News } from './news.js';

/** A hub as seen from outside (CONTRACT of the stream, watch requests, polls), and what it is made to do. Of pipelines that it does not know it says so. */
export class StatusServer {
  /** What it tells: pipeline to status. */
  statuses;
  /** Streams that are open. */
  streams = new Set();
  /** Streams ever opened. */
  opened = 0;
  /** The pipelines of each poll. Browsers end the stream of a page that is being left, and the client then asks once why: polls may come late. */
  polls = [];
  /** As they were sent. */
  watchRequests = [];
  /** Answers no stream any more. */
  refuses = false;
  /** Opens streams, and says nothing on them. */
  isSilent = false;
  /** Nothing told can be confirmed: a stream is told so right after its first batch. */
  isStalled = false;
  /** Knows nobody: everything is answered 401. */
  isSignedOut = false;
  #news = new News();
  #sequence = 0;
  #server = createServer((request, response) => this.#answer(request, response));

  constructor(statuses) {
    this.statuses = new Map(Object.entries(statuses));
  }

  async start() {
    await new Promise(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}`;
    return this;
  }

  async stop() {
    this.#server.closeAllConnections();
    await new Promise(resolve => this.#server.close(resolve));
  }

  /** Forgets what has happened so far, once the pages of before are gone. */
  async reset(statuses) {
    await this.until(({ streams }) => streams.size === 0);
    this.statuses = new Map(Object.entries(statuses));
    this.opened = 0;
    this.polls = [];
    this.watchRequests = [];
    this.refuses = this.isSilent = this.isStalled = this.isSignedOut = false;
  }

  /** Waits until something holds here, ten seconds at most. */
  until(holds) {
    return this.#news.until(() => holds(this));
  }

  /** What the streams watch, all together. */
  get watched() {
    return [...this.streams].flatMap(({ ids }) => [...ids]).sort();
  }

  change(id, status) {
    const previousStatus = this.statuses.get(id);
    this.statuses.set(id, status);
    for (const stream of this.streams) {
      if (stream.ids.has(id)) this.#send(stream, 'status_update', { pipelineId: id, status, previousStatus });
    }
  }

  /** From now on nothing told can be confirmed. */
  stall() {
    for (const stream of this.streams) this.#sayStalled(stream);
  }

  /** The session of whoever looks has ended. */
  signOut() {
    this.isSignedOut = true;
    for (const stream of this.streams) {
      this.#send(stream, 'error', { message: 'The session has ended.', code: 'signed_out' });
      stream.response.end();
    }
  }

  /** The stall is over. */
  recover() {
    for (const stream of this.streams) this.#batch(stream, stream.ids);
  }

  #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, 'http://hub');
    const ids = (searchParams.get('pipelineIds') ?? '').split(',');
    if (this.isSignedOut) response.writeHead(401, { 'WWW-Authenticate': 'Cookie' }).end();
    else if (pathname.endsWith('/status/stream/watch')) this.#watch(request, response);
    else if (pathname.endsWith('/status/stream')) this.#open(request, response, ids);
    else if (pathname.endsWith('/status')) this.#poll(response, ids);
    else response.writeHead(404).end();
    this.#news.tell();
  }

  #open(request, response, ids) {
    this.opened++;
    if (this.refuses) {
      response.writeHead(500).end();
      return;
    }
    const stream = { response, ids: new Set(ids), handle: `handle-${this.opened}` };
    this.streams.add(stream);
    response.on('close', () => {
      this.streams.delete(stream);
      this.#news.tell();
    });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache, no-transform' });
    response.write('retry: 1000\n\n');
    if (this.isSilent) return;
    this.#batch(stream, stream.ids);
    if (new URL(request.url, 'http://hub').searchParams.get('watch') === '1') this.#send(stream, 'stream', { stream: stream.handle });
    if (this.isStalled) this.#sayStalled(stream);
  }

  async #watch(request, response) {
    let body = '';
    for await (const part of request) body += part;
    const asked = JSON.parse(body);
    const { stream: handle, revision, add = [], remove = [] } = asked;
    this.watchRequests.push(asked);
    const stream = [...this.streams].find(open => open.handle === handle);
    if (!stream) {
      response.writeHead(404).end('{}');
      return;
    }
    for (const id of remove) stream.ids.delete(id);
    for (const id of add) stream.ids.add(id);
    response.writeHead(202, { 'Content-Type': 'application/json' }).end(JSON.stringify({ revision }));
    this.#batch(stream, add, { revision });
    this.#news.tell();
  }

  #sayStalled(stream) {
    this.#send(stream, 'error', { message: 'No status can be confirmed.', code: 'polling_stalled' });
  }

  #poll(response, ids) {
    this.polls.push(ids);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ type: 'batch_update', timestamp: Date.now(), updates: this.#told(ids) }));
  }

  #told(ids) {
    return [...ids].filter(id => this.statuses.has(id)).map(pipelineId => ({ pipelineId, status: this.statuses.get(pipelineId) }));
  }

  #batch(stream, ids, more = {}) {
    this.#send(stream, 'batch_update', { ...more, updates: this.#told(ids) });
    for (const pipelineId of ids) {
      if (!this.statuses.has(pipelineId)) this.#send(stream, 'error', { message: 'No such pipeline.', code: 'pipeline_not_found', pipelineId });
    }
  }

  #send({ response }, type, data) {
    const id = type.endsWith('update') ? `id: e-${++this.#sequence}\n` : '';
    response.write(`event: ${type}\n${id}data: ${JSON.stringify({ type, timestamp: Date.now(), ...data })}\n\n`);
  }
}
