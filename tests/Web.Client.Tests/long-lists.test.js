import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TooManyPipelinesError } from '../../artifacts/client/pipeline-status.js';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, response } from './fakes/world.js';

const list = (count, length = 8, name = 'p') => Array.from({ length: count }, (_, index) => `${name}${index}-`.padEnd(length, 'x'));

/** Opens the stream that is waiting, with everything that its address names. */
async function greet(world) {
  world.source.open();
  world.source.batch(Object.fromEntries(world.source.ids.map(id => [id, 'active'])));
  await world.advance(1000);
}

test('as many pipelines as the server takes in one request stand in the address', async () => {
  const world = new FakeWorld();
  world.watch(...list(501));
  await world.advance(50);
  assert.equal(world.source.ids.length, 500);
});

test('the address is no longer than 8 KB, as proxies take it', async () => {
  const world = new FakeWorld();
  world.watch(...list(400, 40));
  await world.advance(50);
  assert.ok(world.source.url.length < 8 * 1024 && world.source.url.length > 7 * 1024, `${world.source.url.length}`);
});

test('ten thousand pipelines are on one stream, and each is fresh', async () => {
  const world = new FakeWorld();
  const ids = list(10_000, 64);
  world.watch(...ids);
  await world.advance(50);
  await greet(world);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
  assert.deepEqual([world.sources.length, world.state, world.polls.length], [1, 'connected', 0]);
  assert.ok(world.requests.length <= 3 && world.requests.every(({ bytes }) => bytes < 1_000_000), world.requests.map(({ bytes }) => bytes).join());
});

test('what is on the screen stands in the address', async () => {
  const world = new FakeWorld();
  const ids = list(2000);
  world.client.show(ids.slice(1500, 1520));
  world.watch(...ids);
  await world.advance(50);
  assert.deepEqual(world.source.ids.slice(0, 20), ids.slice(1500, 1520));
});

test('what the server has not acknowledged is not fresh', async () => {
  const world = new FakeWorld();
  const ids = list(600);
  world.answerWatch = () => response(202, {});
  world.watch(...ids);
  await world.advance(50);
  await greet(world);
  assert.deepEqual([world.status(ids[0]).freshness, world.status(ids[599])?.freshness ?? 'stale'], ['fresh', 'stale']);
});

test('one pipeline more than a stream takes is a typed error, and the list is polled in parts', async () => {
  const world = new FakeWorld({ config: { maxPipelines: 100 } });
  const ids = list(2001);
  world.watch(...ids);
  for (let turn = 0; turn < 30; turn++) await world.advance(10);
  const { error } = world.transport;
  assert.ok(error instanceof TooManyPipelinesError);
  assert.deepEqual([error.count, error.limit, world.sources.length], [2001, 2000, 0]);
  assert.deepEqual(world.polls.map(poll => poll.ids.length), [...Array(20).fill(100), 1]);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
});

test('a server that takes fewer on a stream than expected says so, and the list is polled', async () => {
  const world = new FakeWorld();
  const ids = list(1200);
  world.answerWatch = () => response(400, { maxPipelines: 1000 });
  world.watch(...ids);
  await world.advance(50);
  await greet(world);
  const { error } = world.transport;
  assert.deepEqual([error.name, error.count, error.limit], ['TooManyPipelinesError', 1200, 1000]);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
});

test('tabs that together want more than the server takes on a stream: those that fit keep it', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  first.watch(...list(600, 8, 'a'));
  await browser.serve();
  first.answerWatch = () => response(400, { maxPipelines: 1000 });
  second.watch(...list(600, 8, 'b'));
  await browser.advance(1000);
  first.answerWatch = second.answerWatch;
  await browser.serve();
  await browser.advance(1000);
  assert.deepEqual([first, second].map(tab => tab.transport.transport), ['sse', 'polling']);
  assert.ok(first.status('a599-xxx').freshness === 'fresh' && second.status('b599-xxx').freshness === 'fresh');
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
