import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld } from './fakes/world.js';

test('what the server rendered is shown, but nobody vouches for it', async () => {
  const world = new FakeWorld();
  world.client.seed('orders', 'paused');
  const { heard } = world.watch('orders');
  assert.deepEqual([world.status('orders').status, world.status('orders').freshness], ['paused', 'stale']);
  await world.advance(50);
  world.source.open();
  assert.equal(world.status('orders').freshness, 'stale');
  world.source.batch({ orders: 'paused' });
  assert.equal(world.status('orders').freshness, 'fresh');
  assert.equal(world.status('orders').changedAt, undefined);
  assert.equal(heard.length, 1);
});

test('a change is told with what was before, and when it was seen', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  await world.advance(700);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused', previousStatus: 'active' });
  const { status, previousStatus, changedAt, confirmedAt } = heard.at(-1);
  assert.deepEqual([status, previousStatus], ['paused', 'active']);
  assert.equal(changedAt, world.clock.wallClock());
  assert.equal(confirmedAt, world.clock.time);
});

test('a batch after a reconnect tells what changed meanwhile', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect({ orders: 'active', billing: 'active' });
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  const before = heard.length;
  world.source.batch({ orders: 'failed', billing: 'active' });
  assert.deepEqual(heard.slice(before).map(snapshot => [snapshot.pipelineId, snapshot.status, snapshot.freshness]),
    [['orders', 'failed', 'fresh'], ['billing', 'active', 'fresh']]);
});

test('a repeated status is no news', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  const before = heard.length;
  world.source.batch({ orders: 'active' });
  world.source.send('status_update', { pipelineId: 'orders', status: 'active' });
  assert.equal(heard.length, before);
});

test('a lost connection makes every status stale at once', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect({ orders: 'active', billing: 'paused' });
  world.source.breakOff();
  assert.deepEqual(heard.slice(-2).map(snapshot => [snapshot.status, snapshot.freshness, snapshot.staleReason]),
    [['active', 'stale', 'connection_lost'], ['paused', 'stale', 'connection_lost']]);
});

test('an open connection alone makes nothing fresh', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').freshness, 'stale');
  world.source.batch({ orders: 'active' });
  assert.equal(world.status('orders').freshness, 'fresh');
});

test('a later batch names only what it is about, and leaves the rest alone', async () => {
  const world = new FakeWorld();
  await world.connect({ orders: 'active', billing: 'paused' });
  world.source.batch({ orders: 'failed' });
  assert.equal(world.status('billing').freshness, 'fresh');
});

test('a backend that does not answer makes its pipeline stale until it is told again', async () => {
  const world = new FakeWorld();
  await world.connect({ orders: 'active', billing: 'paused' });
  world.source.send('error', { message: 'm', code: 'backend_unavailable', pipelineId: 'orders' });
  assert.deepEqual([world.status('orders').freshness, world.status('orders').staleReason], ['stale', 'backend_unavailable']);
  assert.equal(world.status('billing').freshness, 'fresh');
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').freshness, 'stale');
  world.source.batch({ orders: 'active' });
  assert.equal(world.status('orders').freshness, 'fresh');
});

test('the same under the name status_error', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.send('status_error', { message: 'm', code: 'backend_unavailable', pipelineId: 'orders' });
  assert.equal(world.status('orders').staleReason, 'backend_unavailable');
});

test('a pipeline that does not exist is unknown, and stays so when the connection is lost', async () => {
  const world = new FakeWorld();
  world.watch('oders');
  await world.advance(50);
  world.source.open();
  world.source.batch({});
  world.source.send('error', { message: 'm', code: 'pipeline_not_found', pipelineId: 'oders' });
  world.source.breakOff();
  assert.deepEqual([world.status('oders').status, world.status('oders').staleReason], ['unknown', 'pipeline_not_found']);
});

test('heartbeats confirm what is fresh, and tell nobody', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  const before = heard.length;
  await world.advance(30_000);
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').confirmedAt, world.clock.time);
  assert.equal(heard.length, before);
});

test('a snapshot is never changed in place, and is the same object while nothing changes', async () => {
  const world = new FakeWorld();
  await world.connect();
  const snapshot = world.status('orders');
  assert.equal(world.status('orders'), snapshot);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' });
  assert.equal(snapshot.status, 'active');
  assert.notEqual(world.status('orders'), snapshot);
});

test('what is no longer watched is forgotten, and not listened to', async () => {
  const world = new FakeWorld();
  await world.connect({ orders: 'active' });
  const billing = world.watch('billing');
  await world.advance(50);
  world.source.open();
  world.source.batch({ orders: 'active', billing: 'active' });
  billing.stop();
  await world.advance(50);
  assert.equal(world.status('billing'), undefined);
  world.source.open();
  world.source.batch({ orders: 'active', billing: 'active' });
  assert.equal(world.status('billing'), undefined);
});

test('a status without a previous one is told from unknown on the console', async () => {
  const world = new FakeWorld();
  world.watch('invoices-eu');
  await world.advance(50);
  world.source.open();
  world.source.batch({});
  world.source.send('status_update', { pipelineId: 'invoices-eu', status: 'starting' });
  assert.equal(world.lines.at(-1), '[SSE Manager] Status update: invoices-eu unknown -> starting');
});
