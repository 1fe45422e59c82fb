import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamImpossibleError, TooManyPipelinesError } from '../../artifacts/client/pipeline-status.js';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld } from './fakes/world.js';

/** Until the parts of a poll, which are asked for one after another, are all answered. */
async function polled(world) {
  for (let round = 0; round < 10; round++) await world.advance(10);
}

const list = (count, length = 8, name = 'p') => Array.from({ length: count }, (_, index) => `${name}${index}-`.padEnd(length, 'x'));

test('as many pipelines as the server takes are streamed', async () => {
  const world = new FakeWorld();
  world.watch(...list(500));
  await world.advance(50);
  assert.equal(world.source.ids.length, 500);
});

test('one more gets a typed error that tells the count and the limit, without asking the server', async () => {
  const world = new FakeWorld();
  const details = [];
  world.window.addEventListener('sse-fallback-triggered', event => details.push(event.detail));
  world.watch(...list(501));
  await world.advance(50);
  const { error, problem } = world.transport;
  assert.ok(error instanceof TooManyPipelinesError && error instanceof StreamImpossibleError);
  assert.deepEqual([error.name, error.count, error.limit], ['TooManyPipelinesError', 501, 500]);
  assert.equal(problem, '501 pipelines are too many for one stream, which takes 500.');
  assert.equal(world.state, 'error');
  assert.equal(world.sources.length, 0);
  assert.deepEqual(details.map(detail => detail.error), [error]);
});

test('a list too long for a stream is polled in parts, and every part of it is shown', async () => {
  const world = new FakeWorld();
  const ids = list(1200);
  world.watch(...ids);
  await polled(world);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [500, 500, 200]);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['polling', true]);
});

test('the limit is a setting, for a server that takes fewer', async () => {
  const world = new FakeWorld({ config: { maxPipelines: 100 } });
  world.watch(...list(101));
  await world.advance(100);
  assert.equal(world.transport.error.limit, 100);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [100, 1]);
});

test('a server that takes more still has a request line of 128 KB, which no request exceeds', async () => {
  const world = new FakeWorld({ config: { maxPipelines: 10_000 } });
  const ids = list(2500, 128);
  world.watch(...ids);
  await polled(world);
  const { limit } = world.transport.error;
  assert.ok(limit > 1000 && limit < 1024, `${limit}`);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [limit, limit, 2500 - 2 * limit]);
  assert.ok(world.polls.every(poll => `GET ${poll.url} HTTP/1.1`.length < 128 * 1024));
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
});

test('a list that is short enough again is streamed at once, whatever the return interval', async () => {
  const world = new FakeWorld({ config: { returnInterval: 0 } });
  const long = world.watch(...list(600));
  world.watch('orders');
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
  const world = new FakeWorld();
  await world.connect({ orders: 'paused' });
  world.answer = () => new Promise(() => {});
  world.watch(...list(500));
  await world.advance(50);
  assert.equal(world.live.length, 0);
  assert.equal(world.status('orders').status, 'paused');
  assert.equal(world.status('orders').freshness, 'stale');
  assert.equal(world.polls.at(-1).ids.length, 500);
});

test('tabs that together are too many keep the stream for those that fit; the others are told, and poll', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  first.watch(...list(300, 8, 'a'));
  await browser.serve();
  second.watch(...list(300, 8, 'b'));
  await browser.advance(1000);
  assert.equal(first.state, 'connected');
  assert.equal(browser.sources.length, 1);
  assert.equal(second.transport.transport, 'polling');
  assert.ok(second.transport.error instanceof TooManyPipelinesError);
  assert.deepEqual([second.transport.error.count, second.transport.error.limit], [600, 500]);
  assert.equal(second.status('b0-xxxxx').freshness, 'fresh');
});

test('a tab that did not fit streams when there is room', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  first.watch(...list(300, 8, 'a'));
  await browser.serve();
  second.watch(...list(300, 8, 'b'));
  await browser.advance(1000);
  first.hide();
  for (let second = 0; second < 75; second++) await browser.advance(1000);
  await browser.serve();
  assert.equal(second.state, 'connected');
  assert.equal(second.transport.transport, 'sse');
  assert.equal(browser.live[0].ids.length, 300);
});

test('a tab whose own list is too long leaves the stream to the others', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  first.watch(...list(501));
  second.watch('orders');
  await browser.serve();
  assert.equal(first.transport.transport, 'polling');
  assert.equal(second.state, 'connected');
  assert.deepEqual(browser.live[0].ids, ['orders']);
});

for (const id of ['', ' ', 'a b', 'a,b', 'a/b', '.', '..', 'ä', 'x'.repeat(129)]) {
  test(`${JSON.stringify(id.slice(0, 9))}${id.length > 9 ? '… (too long)' : ''} can be no pipeline, and spoils no request for the others`, async () => {
    const world = new FakeWorld();
    world.watch('orders', id);
    await world.advance(50);
    assert.deepEqual(world.source.ids, ['orders']);
    assert.deepEqual([world.status(id).status, world.status(id).staleReason], ['unknown', 'pipeline_not_found']);
    world.source.open();
    world.source.batch({ orders: 'active' });
    assert.equal(world.status('orders').freshness, 'fresh');
    assert.equal(world.status(id).staleReason, 'pipeline_not_found');
  });
}

test('every id that the contract allows is asked for', async () => {
  const world = new FakeWorld();
  const ids = ['a', 'A.b_c-9', '...', '.a', '_', '-', 'x'.repeat(128)];
  world.watch(...ids);
  await world.advance(50);
  assert.deepEqual(world.source.ids, ids);
});
