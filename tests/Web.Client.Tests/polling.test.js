import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pollEndpoint } from '../../artifacts/client/poll-request.js';
import { FakeWorld, ok, response } from './fakes/world.js';

const polling = config => new FakeWorld({ useSse: false, config });
const gaps = world => world.polls.slice(1).map((poll, index) => poll.at - world.polls[index].at);

test('all watched pipelines are asked for in one request', async () => {
  const world = polling();
  world.watch('orders');
  world.watch('billing', 'orders');
  await world.advance(50);
  assert.deepEqual(world.polls.map(poll => poll.url), ['/ui-api/pipeline/status?pipelineIds=orders,billing']);
});

test('polls are an interval apart, and chance adds a fifth at most', async () => {
  const world = polling();
  world.watch('orders');
  await world.advance(50);
  world.randomness = () => 0;
  await world.advance(2000);
  world.randomness = () => 0.5;
  await world.advance(6600);
  assert.deepEqual(gaps(world).slice(1, 4), [2000, 2200, 2200]);
});

test('a change of what is watched is asked for at once', async () => {
  const world = polling();
  world.watch('orders');
  await world.advance(60);
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual(world.polls.map(poll => poll.ids.join()), ['orders', 'orders,billing']);
});

test('there are never two polls at a time', async () => {
  const world = polling();
  let open = 0;
  world.answer = async ids => {
    assert.equal(++open, 1);
    await new Promise(resolve => world.clock.setTimeout(resolve, 7000));
    open--;
    return ok({ [ids[0]]: 'active' });
  };
  world.watch('orders');
  await world.advance(60_000);
  assert.ok(world.polls.length >= 6);
});

test('failing polls come ever more rarely, up to the longest delay', async () => {
  const world = polling();
  world.answer = () => response(502, { title: 'Bad Gateway' });
  world.watch('orders');
  await world.advance(200_000);
  assert.deepEqual(gaps(world).slice(0, 6), [4000, 8000, 16000, 30000, 30000, 30000]);
});

test('the first good answer brings the interval back', async () => {
  const world = polling();
  world.answer = () => Promise.reject(new TypeError('network'));
  world.watch('orders');
  await world.advance(5000);
  world.answer = () => ok({ orders: 'active' });
  await world.advance(20_000);
  assert.equal(gaps(world).at(-1), 2000);
});

test('Retry-After is a floor', async () => {
  const world = polling();
  world.answer = () => response(503, undefined, { 'retry-after': '20' });
  world.watch('orders');
  await world.advance(30_000);
  assert.deepEqual(gaps(world), [20_000]);
});

test('Retry-After may be a date', async () => {
  const world = polling();
  world.answer = () => response(503, undefined, { 'retry-after': new Date(world.clock.wallClock() + 25_000).toUTCString() });
  world.watch('orders');
  await world.advance(40_000);
  assert.ok(gaps(world)[0] >= 24_000 && gaps(world)[0] <= 26_000, `${gaps(world)}`);
});

test('a senseless Retry-After is ignored', async () => {
  const world = polling();
  world.answer = () => response(503, undefined, { 'retry-after': 'soon' });
  world.watch('orders');
  await world.advance(5000);
  assert.deepEqual(gaps(world), [4000]);
});

test('a poll that hangs is doubted after two intervals and given up after ten seconds', async () => {
  const world = polling();
  world.watch('orders');
  await world.advance(60);
  assert.equal(world.status('orders').freshness, 'fresh');
  world.answer = () => new Promise(() => {});
  await world.advance(2000 + 3900);
  assert.equal(world.status('orders').freshness, 'fresh');
  await world.advance(200);
  assert.equal(world.status('orders').freshness, 'stale');
  await world.advance(6000);
  assert.equal(world.polls.at(-1).signal.aborted, true);
});

test('a failed poll makes the statuses stale, a good one fresh again', async () => {
  const world = polling();
  world.watch('orders');
  await world.advance(60);
  world.answer = () => response(502, {});
  await world.advance(2000);
  assert.deepEqual([world.status('orders').freshness, world.status('orders').staleReason], ['stale', 'connection_lost']);
  assert.equal(world.transport.pollingProblem, 'The server answered 502.');
  world.answer = () => ok({ orders: 'active' });
  await world.advance(4000);
  assert.equal(world.status('orders').freshness, 'fresh');
  assert.equal(world.transport.pollingProblem, undefined);
});

test('a body that is no batch is a failure', async () => {
  const world = polling();
  world.answer = () => response(200, { hello: 'world' });
  world.watch('orders');
  await world.advance(100);
  assert.match(world.transport.pollingProblem, /could not be understood/);
});

test('what an answer does not name is not vouched for', async () => {
  const world = polling();
  world.watch('orders', 'billing');
  await world.advance(60);
  world.answer = () => ok({ orders: 'active' });
  await world.advance(2000);
  assert.equal(world.status('orders').freshness, 'fresh');
  assert.deepEqual([world.status('billing').freshness, world.status('billing').staleReason], ['stale', 'unconfirmed']);
});

test('the address of the poll is that of the stream without its last segment', () => {
  assert.equal(pollEndpoint('/ui-api/pipeline/status/stream'), '/ui-api/pipeline/status');
  assert.equal(pollEndpoint('/base/status/stream?key=1'), '/base/status?key=1');
  assert.equal(pollEndpoint('/streams/of/stream'), '/streams/of');
});
