import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld, ok, response, settle } from './fakes/world.js';

/** A client whose stream was asked for just now. */
async function asking(options) {
  const world = new FakeWorld(options);
  world.watch('orders');
  await world.advance(50);
  return world;
}

for (const isOpen of [true, false]) {
  test(`a stream that is ${isOpen ? 'open' : 'being opened'} and brings nothing for ten seconds is polled beside`, async () => {
    const world = await asking();
    if (isOpen) world.source.open();
    await world.advance(9900);
    assert.equal(world.polls.length, 0);
    await world.advance(200);
    assert.deepEqual([world.status('orders').status, world.status('orders').freshness], ['active', 'fresh']);
    assert.equal(world.state, isOpen ? 'connected' : 'connecting');
    assert.deepEqual(
      [world.transport.transport, world.transport.silent, world.transport.fallbackActive, world.transport.attempt],
      ['polling', true, false, 0]);
    assert.equal(world.live.length, 1);
  });
}

test('polls beside a silent stream go on through all its attempts, and nothing is stale in between', async () => {
  const world = new FakeWorld();
  const { heard } = world.watch('orders');
  await world.advance(10_100);
  heard.length = 0;
  await world.advance(300_000);
  assert.ok(world.polls.length > 130);
  assert.equal(world.state, 'error');
  assert.equal(world.fallbacks, 1);
  assert.ok(heard.every(snapshot => snapshot.freshness === 'fresh'), 'stale in between');
});

test('the first event ends the polls, and an answer on its way tells nothing any more', async () => {
  const world = await asking();
  world.deafToAborts = true;
  await world.advance(10_000);
  let answer;
  world.answer = () => new Promise(resolve => (answer = resolve));
  await world.advance(2500);
  world.source.open();
  world.source.batch({ orders: 'paused' });
  answer(ok({ orders: 'active' }));
  await settle();
  const { length } = world.polls;
  await world.advance(20_000);
  assert.equal(world.polls.length, length);
  assert.deepEqual([world.status('orders').status, world.transport.transport, world.transport.silent], ['paused', 'sse', false]);
});

test('heartbeats before the first batch tell no status: they keep the stream, and neither put off the polls nor end them', async () => {
  const world = await asking();
  world.source.open();
  const beatOn = async seconds => {
    for (let second = 0; second < seconds; second++) {
      await world.advance(1000);
      world.source.send('heartbeat', {});
    }
  };
  await beatOn(11);
  assert.deepEqual([world.status('orders')?.freshness, world.transport.silent], ['fresh', true]);
  const { length } = world.polls;
  await beatOn(100);
  assert.ok(world.polls.length > length + 40, `${world.polls.length} polls`);
  world.answer = () => ok({ orders: 'paused' });
  await beatOn(5);
  assert.deepEqual([world.status('orders').status, world.sources.length, world.state, world.transport.attempt], ['paused', 1, 'connected', 0]);
  world.source.batch({ orders: 'paused' });
  assert.deepEqual([world.transport.transport, world.transport.silent], ['sse', false]);
});

test('heartbeats that begin when the polls have do not vouch for what these told', async () => {
  const world = await asking();
  world.source.open();
  await world.advance(30_000);
  world.source.send('heartbeat', {});
  world.answer = () => response(503, {});
  await world.advance(10_000);
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').freshness, 'stale');
});

test('polls that fail beside a silent stream vouch for nothing', async () => {
  const world = await asking();
  world.answer = () => response(503, {});
  await world.advance(11_000);
  assert.notEqual(world.status('orders')?.freshness, 'fresh');
  assert.equal(world.transport.pollingProblem, 'The server answered 503.');
});

test('a hidden tab does not poll beside its stream', async () => {
  const world = await asking();
  await world.advance(11_000);
  world.hide();
  const { length } = world.polls;
  await world.advance(60_000);
  assert.equal(world.polls.length, length);
  world.show();
  await world.advance(1000);
  assert.deepEqual([world.polls.length, world.transport.silent], [length, false]);
});

test('without polling as a fallback a silent stream is only waited for', async () => {
  const world = await asking({ config: { enablePollingFallback: false } });
  await world.advance(40_000);
  assert.equal(world.polls.length, 0);
});
