import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamImpossibleError, TooManyPipelinesError } from '../../artifacts/client/pipeline-status.js';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld } from './fakes/world.js';

const list = (count, length = 8, name = 'p') => Array.from({ length: count }, (_, index) => `${name}${index}-`.padEnd(length, 'x'));

/** Opens the stream that is waiting, with a first batch; a second later it is clear that no name follows. */
async function greet(world, statuses) {
  world.source.open();
  world.source.batch(statuses ?? Object.fromEntries(world.source.ids.map(id => [id, 'active'])));
  await world.advance(1000);
}

/** A tab of a server that names no streams, as it has learned; it watches `orders`. */
async function connected(options) {
  const world = new FakeWorld({ isOlderServer: true, ...options });
  const watching = await world.connect();
  await world.advance(1000);
  return { world, ...watching };
}

/** Until the parts of a poll, which are asked for one after another, are all answered. */
async function polled(world) {
  for (let round = 0; round < 10; round++) await world.advance(10);
}

test('changes of the watched set within 50 ms make one other stream, with the last event id, and no watch request', async () => {
  const { world } = await connected();
  const billing = world.watch('billing');
  world.watch('invoices');
  billing.stop();
  await world.advance(50);
  assert.equal(world.sources.length, 2);
  assert.match(world.source.url, /pipelineIds=orders,invoices&watch=1&lastEventId=e-1/);
  assert.deepEqual([world.live.length, world.requests.length], [1, 0]);
});

test('what is watched while nobody knows whether the server takes watch requests waits a second for it', async () => {
  const world = new FakeWorld({ isOlderServer: true });
  await world.connect();
  world.watch('billing');
  await world.advance(999);
  assert.equal(world.sources.length, 1);
  await world.advance(1);
  assert.equal(world.sources.length, 2);
  await greet(world);
  assert.equal(world.status('billing').freshness, 'fresh');
});

test('one stream follows another twice a second at most', async () => {
  const { world } = await connected();
  for (let index = 0; index < 10; index++) {
    world.watch(`p${index}`);
    await world.advance(100);
  }
  assert.ok(world.sources.length <= 1 + 3, `${world.sources.length} streams`);
});

test('a swap of streams keeps what is known, and keeps it fresh for a second', async () => {
  const { world } = await connected();
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual([world.status('orders').status, world.status('orders').freshness], ['active', 'fresh']);
  await world.advance(999);
  assert.equal(world.status('orders').freshness, 'fresh');
  await world.advance(1);
  assert.equal(world.status('orders').freshness, 'stale');
});

test('what the first batch of a new stream does not name is stale', async () => {
  const { world } = await connected();
  world.watch('invoices');
  await world.advance(50);
  await greet(world, { invoices: 'active' });
  assert.deepEqual([world.status('orders').status, world.status('orders').staleReason], ['active', 'unconfirmed']);
});

test('what is on the screen, and the list, is no reason for another stream', async () => {
  const { world } = await connected();
  world.client.show(['orders']);
  world.client.listEtag.subscribe(() => {});
  await world.advance(10_000);
  assert.deepEqual([world.sources.length, world.requests.length, world.client.listEtag.value], [1, 0, undefined]);
});

test('a server that names its streams from now on gets watch requests from now on', async () => {
  const { world } = await connected();
  world.isOlderServer = false;
  world.source.breakOff();
  await world.advance(1000);
  await greet(world);
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual([world.sources.length, world.requests.length], [2, 1]);
});

test('one pipeline more than a stream takes is a typed error that tells the count and the limit', async () => {
  const world = new FakeWorld({ isOlderServer: true });
  const details = [];
  world.window.addEventListener('sse-fallback-triggered', event => details.push(event.detail));
  world.watch(...list(501));
  await world.advance(50);
  await greet(world);
  const { error, problem } = world.transport;
  assert.ok(error instanceof TooManyPipelinesError && error instanceof StreamImpossibleError);
  assert.deepEqual([error.name, error.count, error.limit], ['TooManyPipelinesError', 501, 500]);
  assert.equal(problem, '501 pipelines are too many for one stream, which takes 500.');
  assert.equal(world.state, 'error');
  assert.equal(world.sources.length, 1);
  assert.deepEqual(details.map(detail => detail.error), [error]);
});

test('a list too long for a stream is polled in parts, and every part of it is shown', async () => {
  const world = new FakeWorld({ isOlderServer: true });
  const ids = list(1200);
  world.watch(...ids);
  await world.advance(50);
  await greet(world);
  await polled(world);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [500, 500, 200]);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['polling', true]);
  await world.advance(600_000);
  assert.equal(world.sources.length, 1);
});

test('the limit is a setting, for a server that takes fewer', async () => {
  const world = new FakeWorld({ isOlderServer: true, config: { maxPipelines: 100 } });
  world.watch(...list(101));
  await world.advance(50);
  await greet(world);
  await polled(world);
  assert.equal(world.transport.error.limit, 100);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [100, 1]);
});

test('a server that takes more still has a request line of 128 KB, which no request exceeds', async () => {
  const world = new FakeWorld({ isOlderServer: true, config: { maxPipelines: 10_000 } });
  const ids = list(2500, 128);
  world.watch(...ids);
  await world.advance(50);
  await greet(world);
  await polled(world);
  const { limit } = world.transport.error;
  assert.ok(limit > 1000 && limit < 1024, `${limit}`);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [limit, limit, 2500 - 2 * limit]);
  assert.ok(world.polls.every(poll => `GET ${poll.url} HTTP/1.1`.length < 128 * 1024));
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
});

test('a list that is short enough again is streamed at once, whatever the return interval', async () => {
  const { world } = await connected({ config: { returnInterval: 0 } });
  const long = world.watch(...list(600));
  await world.advance(100);
  assert.equal(world.state, 'error');
  long.stop();
  await world.advance(50);
  assert.deepEqual(world.source.ids, ['orders']);
  world.source.open();
  world.source.batch({ orders: 'paused' });
  const polls = world.polls.length;
  await world.advance(10_000);
  assert.equal(world.state, 'connected');
  assert.deepEqual([world.transport.transport, world.transport.error], ['sse', undefined]);
  assert.equal(world.polls.length, polls);
});

test('a list that grows too long keeps what is known, and is polled', async () => {
  const { world } = await connected();
  world.answer = () => new Promise(() => {});
  world.watch(...list(500));
  await world.advance(50);
  assert.equal(world.live.length, 0);
  assert.deepEqual([world.status('orders').status, world.status('orders').freshness], ['active', 'stale']);
  assert.equal(world.polls.at(-1).ids.length, 500);
});

test('after a list that was too long, a quiet attempt that fails is quiet too', async () => {
  const { world } = await connected();
  const long = world.watch(...list(600));
  await world.advance(50);
  assert.equal(world.state, 'error');
  long.stop();
  await world.advance(60_050);
  assert.deepEqual(world.source.ids, ['orders']);
  world.source.refuse();
  assert.equal(world.state, 'error');
  assert.equal(world.transport.transport, 'polling');
  assert.equal(world.fallbacks, 1);
});

/** Two tabs with 300 pipelines each; the first one, which leads, has learned that the server takes no watch requests. */
async function twoTabs() {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab({ isOlderServer: true }), browser.tab({ isOlderServer: true })];
  first.watch(...list(300, 8, 'a'));
  await browser.serve();
  await browser.advance(1000);
  second.watch(...list(300, 8, 'b'));
  await browser.advance(1000);
  return { browser, first, second };
}

test('tabs that together are too many keep the stream for those that fit; the others are told, and poll', async () => {
  const { browser, first, second } = await twoTabs();
  assert.equal(first.state, 'connected');
  assert.equal(browser.sources.length, 1);
  assert.equal(second.transport.transport, 'polling');
  assert.ok(second.transport.error instanceof TooManyPipelinesError);
  assert.deepEqual([second.transport.error.count, second.transport.error.limit], [600, 500]);
  assert.equal(second.status('b0-xxxxx').freshness, 'fresh');
});

test('a tab that did not fit streams when there is room', async () => {
  const { browser, first, second } = await twoTabs();
  first.hide();
  for (let passed = 0; passed < 75; passed++) await browser.advance(1000);
  await browser.serve();
  assert.equal(second.state, 'connected');
  assert.equal(second.transport.transport, 'sse');
  assert.equal(browser.live[0].ids.length, 300);
});

test('tabs that share a stream when it turns out to take less than they want together: those that fit keep it', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab({ isOlderServer: true }), browser.tab({ isOlderServer: true })];
  first.watch(...list(300, 8, 'a'));
  second.watch(...list(300, 8, 'b'));
  await browser.serve();
  await browser.advance(1000);
  await browser.serve();
  const states = [first, second].map(tab => `${tab.state} ${tab.transport.transport}`).sort();
  assert.deepEqual(states, ['connected sse', 'error polling']);
  assert.ok(first.status('a0-xxxxx').freshness === 'fresh' && second.status('b0-xxxxx').freshness === 'fresh');
});

test('a tab whose own list turns out to be too long leaves the stream to the others', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab({ isOlderServer: true }), browser.tab({ isOlderServer: true })];
  first.watch(...list(501));
  second.watch('orders');
  await browser.serve();
  await browser.advance(1000);
  await browser.serve();
  assert.equal(first.transport.transport, 'polling');
  assert.equal(second.state, 'connected');
  assert.deepEqual(browser.live[0].ids, ['orders']);
});

test('a tab that watches something new makes one new stream, and nothing stale for the others', async () => {
  const browser = new FakeBrowser();
  browser.tab({ isOlderServer: true }).watch('orders');
  await browser.serve();
  await browser.advance(1000);
  const { heard } = browser.tabs[0].watch('orders');
  browser.tab({ isOlderServer: true }).watch('billing');
  await browser.serve();
  assert.equal(browser.sources.length, 2);
  assert.equal(browser.live.length, 1);
  assert.match(browser.live[0].url, /lastEventId=e-1/);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
  assert.ok(heard.every(snapshot => snapshot.freshness === 'fresh'));
  assert.equal(browser.tabs[1].status('billing').freshness, 'fresh');
});

test('when the stream is replaced and no batch follows, nobody vouches for anything after a second', async () => {
  const browser = new FakeBrowser();
  browser.tab({ isOlderServer: true }).watch('orders');
  await browser.serve();
  await browser.advance(1000);
  browser.tab({ isOlderServer: true }).watch('billing');
  await browser.advance(1200);
  assert.equal(browser.tabs[0].status('orders').freshness, 'stale');
});
