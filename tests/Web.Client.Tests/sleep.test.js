import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld, ok } from './fakes/world.js';

const hour = 3_600_000;

test('after a sleep everything is in doubt at once, and is asked for', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  let answer;
  world.answer = () => new Promise(resolve => (answer = resolve));
  world.clock.wallOffset += hour;
  await world.advance(1000);
  assert.deepEqual([world.status('orders').freshness, world.status('orders').staleReason], ['stale', 'unconfirmed']);
  answer(ok({ orders: 'failed' }));
  await world.advance(10);
  assert.deepEqual([heard.at(-1).status, heard.at(-1).freshness], ['failed', 'fresh']);
});

test('an event that came before the sleep was noticed vouches for nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.answer = () => new Promise(() => {});
  world.clock.wallOffset += hour;
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').freshness, 'stale');
});

test('an answer to a poll from before a sleep vouches for nothing', async () => {
  const world = new FakeWorld({ useSse: false });
  let answer;
  world.answer = () => new Promise(resolve => (answer = resolve));
  world.watch('orders');
  await world.advance(60);
  world.clock.wallOffset += hour;
  answer(ok({ orders: 'active' }));
  await world.advance(10);
  assert.notEqual(world.status('orders')?.freshness, 'fresh');
  assert.equal(world.polls.length, 2);
});

test('a clock that was set ahead costs a poll and no stream', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.clock.wallOffset += hour;
  await world.advance(1500);
  world.source.send('heartbeat', {});
  await world.advance(20_000);
  assert.equal(world.sources.length, 1);
  assert.equal(world.polls.length, 1);
  assert.deepEqual([world.status('orders').freshness, world.transport.transport], ['fresh', 'sse']);
});

for (const offset of [-hour, 40_000]) {
  test(`a clock that was set by ${offset / 1000} s changes nothing`, async () => {
    const world = new FakeWorld();
    await world.connect();
    world.clock.wallOffset += offset;
    await world.advance(5000);
    assert.equal(world.status('orders').freshness, 'fresh');
    assert.equal(world.polls.length, 0);
  });
}

test('a stream that did not survive the sleep is replaced after the watchdog, and polls vouch until then', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.clock.wallOffset += hour;
  await world.advance(44_000);
  assert.equal(world.status('orders').freshness, 'fresh');
  await world.advance(3000);
  assert.equal(world.sources.length, 2);
  assert.equal(world.status('orders').freshness, 'fresh');
});
