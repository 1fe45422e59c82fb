import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld } from './fakes/world.js';

test('a broken stream is closed, so that the browser does not retry by itself', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  assert.equal(world.live.length, 0);
  assert.equal(world.state, 'reconnecting');
});

test('attempts start 1, 2, 4, 8 and 16 seconds after the failure before them', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  await world.advance(50);
  world.source.refuse();
  for (const delay of [1000, 2000, 4000, 8000, 16000]) {
    const before = world.sources.length;
    assert.equal(world.transport.nextAttemptAt, world.clock.time + delay);
    await world.advance(delay - 1);
    assert.equal(world.sources.length, before);
    await world.advance(1);
    assert.equal(world.sources.length, before + 1);
    assert.equal(world.state, 'reconnecting');
    world.source.refuse();
  }
  assert.equal(world.state, 'error');
});

test('chance delays an attempt by a fifth at most', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.randomness = () => 0.5;
  world.source.breakOff();
  assert.equal(world.transport.nextAttemptAt - world.clock.time, 1100);
});

test('an attempt is shown as reconnecting until the stream is open', async () => {
  const world = new FakeWorld();
  await world.connect();
  const states = [];
  world.client.connectionState.subscribe(state => states.push(state));
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  assert.deepEqual(states, ['reconnecting', 'connected']);
});

test('every retry is said on the console', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  assert.match(world.lines.at(-1), /^\[SSE Manager\] Reconnecting in 1000 ms \(attempt 1 of 5\)/);
});

test('a server that accepts and drops at once leads to the fallback, not to 601 connections in ten minutes', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  for (let second = 0; second < 600; second++) {
    await world.advance(1000);
    if (world.source.live) {
      world.source.open();
      world.source.batch({ orders: 'active' });
      world.source.breakOff();
    }
  }
  assert.ok(world.fallbacks >= 1);
  // Six until the fallback, and a quiet one a minute after it.
  assert.ok(world.sources.length <= 6 + 10, `${world.sources.length} connections`);
});

test('opening alone does not make a stream healthy', async () => {
  const world = new FakeWorld();
  await world.connect();
  for (let attempt = 1; attempt <= 3; attempt++) {
    world.source.breakOff();
    assert.equal(world.transport.attempt, attempt);
    await world.advance(10_000);
    world.source.open();
    await world.advance(6000);
  }
});

test('a first event and healthyAfter make the failures before it history', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  world.source.batch({ orders: 'active' });
  await world.advance(4999);
  world.source.breakOff();
  assert.equal(world.transport.attempt, 2);
  await world.advance(2000);
  world.source.open();
  world.source.batch({ orders: 'active' });
  await world.advance(5000);
  world.source.breakOff();
  assert.equal(world.transport.attempt, 1);
});

test('attempts that are history are not shown any more', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  world.source.batch({ orders: 'active' });
  assert.equal(world.transport.attempt, 1);
  await world.advance(5000);
  world.source.send('heartbeat', {});
  assert.equal(world.transport.attempt, 0);
});

test('a new stream carries the id of the last event', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' }, '7f3a9c0d12e4b85f-41');
  world.source.send('heartbeat', {}, '7f3a9c0d12e4b85f-41');
  world.source.breakOff();
  await world.advance(1000);
  assert.match(world.source.url, /&lastEventId=7f3a9c0d12e4b85f-41(&|$)/);
});

test('an error event of the server does not touch a healthy stream', async () => {
  const world = new FakeWorld();
  await world.connect({ orders: 'active', billing: 'active' });
  for (const code of ['pipeline_not_found', 'backend_unavailable', 'something_new']) {
    world.source.send('error', { message: 'm', code, pipelineId: 'billing' });
  }
  await world.advance(10_000);
  assert.equal(world.state, 'connected');
  assert.equal(world.sources.length, 1);
});

test('a draining server is left at once, within half a second', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.advance(6000);
  world.randomness = () => 0.5;
  world.source.send('error', { message: 'going', code: 'server_draining' });
  assert.equal(world.live.length, 0);
  assert.equal(world.state, 'reconnecting');
  await world.advance(249);
  assert.equal(world.sources.length, 1);
  await world.advance(1);
  assert.equal(world.sources.length, 2);
});

test('a server that drains every new stream is not hammered', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  for (let tenth = 0; tenth < 600; tenth++) {
    await world.advance(100);
    if (world.source.live) {
      world.source.open();
      world.source.send('error', { message: 'going', code: 'server_draining' });
    }
  }
  assert.ok(world.sources.length <= 7, `${world.sources.length} connections`);
  assert.equal(world.fallbacks, 1);
});

test('a status that cannot be read counts as missed: the stream is made anew', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.sendRaw('status_update', '{"timestamp":1}', 'e-9');
  assert.equal(world.state, 'reconnecting');
  assert.equal(world.status('orders').freshness, 'stale');
  await world.advance(1000);
  assert.match(world.source.url, /lastEventId=e-1(&|$)/);
});

test('a heartbeat that cannot be read is a sign of life all the same', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.advance(40_000);
  world.source.sendRaw('heartbeat', '');
  await world.advance(40_000);
  assert.equal(world.state, 'connected');
});

test('events of a stream that was given up are ignored', async () => {
  const world = new FakeWorld();
  await world.connect();
  const old = world.source;
  old.breakOff();
  old.open();
  old.send('status_update', { pipelineId: 'orders', status: 'failed' });
  old.breakOff();
  assert.equal(world.status('orders').status, 'active');
  await world.advance(1000);
  assert.equal(world.sources.length, 2);
});
