import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SilenceWatchdog } from '../../artifacts/client/silence-watchdog.js';
import { FakeClock } from './fakes/clock.js';
import { FakeWorld } from './fakes/world.js';

test('the watchdog calls out once, after exactly the timeout', async () => {
  const clock = new FakeClock();
  let calls = 0;
  new SilenceWatchdog(clock, 45_000, () => calls++).start();
  await clock.advance(44_999);
  assert.equal(calls, 0);
  await clock.advance(1);
  assert.equal(calls, 1);
  await clock.advance(100_000);
  assert.equal(calls, 1);
});

test('feeding the watchdog takes no timers, however often', async () => {
  const clock = new FakeClock();
  const watchdog = new SilenceWatchdog(clock, 45_000, () => assert.fail('barked'));
  watchdog.start();
  for (let second = 0; second < 3600; second++) {
    await clock.advance(1000);
    watchdog.feed();
    assert.equal(clock.pending, 1);
  }
});

test('a stopped watchdog is silent', async () => {
  const clock = new FakeClock();
  const watchdog = new SilenceWatchdog(clock, 45_000, () => assert.fail('barked'));
  watchdog.start();
  watchdog.stop();
  await clock.advance(100_000);
  assert.equal(clock.pending, 0);
});

test('a stream without any event for the timeout is a failure', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.advance(44_999);
  assert.equal(world.state, 'connected');
  await world.advance(1);
  assert.equal(world.state, 'reconnecting');
  assert.equal(world.live.length, 0);
  assert.ok(world.lines.includes('[SSE Manager] Timeout: no event for 45000 ms'));
});

test('any event is a sign of life', async () => {
  const world = new FakeWorld();
  await world.connect();
  const events = [
    ['heartbeat', {}],
    ['status_update', { pipelineId: 'orders', status: 'paused' }],
    ['batch_update', { updates: [] }],
    ['error', { message: 'm', code: 'backend_unavailable', pipelineId: 'orders' }],
  ];
  for (const [name, data] of events) {
    await world.advance(44_000);
    world.source.send(name, data);
  }
  await world.advance(44_000);
  assert.equal(world.state, 'connected');
});

test('a server clock that is far off reconnects nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  for (let beat = 0; beat < 120; beat++) {
    await world.advance(30_000);
    world.source.send('heartbeat', { timestamp: world.clock.wallClock() - 31_000_000 });
  }
  assert.equal(world.sources.length, 1);
  assert.equal(world.state, 'connected');
});

test('a jump of the wall clock reconnects nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.clock.wallOffset += 86_400_000;
  await world.advance(30_000);
  world.source.send('heartbeat', {});
  await world.advance(30_000);
  assert.equal(world.state, 'connected');
});

test('a connection that is never answered is a failure too', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  await world.advance(50 + 45_000);
  assert.equal(world.state, 'reconnecting');
  assert.equal(world.live.length, 0);
});
