import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld } from './fakes/world.js';

test('nothing watched means disconnected and no stream', async () => {
  const world = new FakeWorld();
  await world.advance(10_000);
  assert.equal(world.state, 'disconnected');
  assert.equal(world.sources.length, 0);
});

test('watching leads over connecting to connected', async () => {
  const world = new FakeWorld();
  const states = [];
  world.client.connectionState.subscribe(state => states.push(state));
  await world.connect();
  assert.deepEqual(states, ['connecting', 'connected']);
});

test('the address carries the ids, and no last event id before one is known', async () => {
  const world = new FakeWorld();
  world.watch('orders', 'billing.v2');
  await world.advance(50);
  assert.equal(world.source.url, '/ui-api/pipeline/status/stream?pipelineIds=orders,billing.v2&watch=1');
});

test('the console says what the contract says', async () => {
  const world = new FakeWorld();
  await world.connect({ 'pipeline-123': 'active', b: 'active', c: 'active', d: 'active', e: 'active' });
  world.source.send('status_update', { pipelineId: 'pipeline-123', status: 'paused', previousStatus: 'active' }, 'e-2');
  assert.deepEqual(world.lines, [
    '[SSE Manager] Connecting to /ui-api/pipeline/status/stream?pipelineIds=pipeline-123,b,c,d,e&watch=1',
    '[SSE Manager] Connection established',
    '[SSE Manager] Batch update: 5 pipelines',
    '[SSE Manager] Status update: pipeline-123 active -> paused',
  ]);
});

test('many watchers that come at once share one stream', async () => {
  const world = new FakeWorld();
  for (let index = 0; index < 20; index++) world.watch(`p${index}`);
  await world.advance(1000);
  assert.equal(world.sources.length, 1);
  assert.equal(world.source.ids.length, 20);
});

test('changes of the watched set within 50 ms make one watch request, and no other stream', async () => {
  const world = new FakeWorld();
  await world.connect();
  const billing = world.watch('billing');
  world.watch('invoices');
  billing.stop();
  await world.advance(49);
  assert.equal(world.requests.length, 0);
  await world.advance(1);
  assert.deepEqual(world.requests.map(({ add, remove }) => [add, remove]), [[['invoices'], []]]);
  assert.equal(world.sources.length, 1);
  assert.equal(world.status('invoices').freshness, 'fresh');
});

test('watching and letting go again within 50 ms asks for nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.watch('billing').stop();
  await world.advance(1000);
  assert.equal(world.sources.length + world.requests.length, 1);
  assert.equal(world.state, 'connected');
});

test('watching what is watched already asks for nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.watch('orders');
  await world.advance(1000);
  assert.equal(world.sources.length + world.requests.length, 1);
});

test('when one of two watchers leaves, the other keeps its stream', async () => {
  const world = new FakeWorld();
  const first = await world.connect();
  const second = world.watch('orders');
  await world.advance(1000);
  first.stop();
  first.stop();
  await world.advance(1000);
  assert.equal(world.state, 'connected');
  assert.equal(world.sources.length, 1);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-2');
  assert.equal(second.heard.at(-1).status, 'paused');
  assert.ok(first.heard.every(snapshot => snapshot.status === 'active'));
});

test('the same listener watching twice is two watchers', async () => {
  const world = new FakeWorld();
  const heard = [];
  const listener = snapshot => heard.push(snapshot.status);
  const stop = world.client.watch(['orders'], listener);
  world.client.watch(['orders'], listener);
  stop();
  await world.advance(50);
  world.source.open();
  world.source.batch({ orders: 'active' });
  assert.deepEqual(heard, ['active']);
});

test('when the last watcher leaves, the stream is closed', async () => {
  const world = new FakeWorld();
  const { stop } = await world.connect();
  stop();
  await world.advance(50);
  assert.equal(world.state, 'disconnected');
  assert.equal(world.live.length, 0);
  assert.equal(world.clock.pending, 0);
});

test('closing the client leaves neither stream nor timer', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.client.close();
  world.hide();
  world.show();
  await world.advance(100_000);
  assert.equal(world.live.length, 0);
  assert.equal(world.sources.length, 1);
  assert.equal(world.clock.pending, 0);
});

test('a listener that throws harms no other', async () => {
  const world = new FakeWorld();
  const thrown = [];
  const keep = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', error => thrown.push(error.message));
  try {
    world.client.watch(['orders'], () => {
      throw new Error('mine');
    });
    const { heard } = await world.connect();
    assert.equal(heard.at(-1).status, 'active');
    assert.equal(world.state, 'connected');
    await new Promise(resolve => setImmediate(resolve));
    assert.deepEqual(thrown, ['mine']);
  } finally {
    process.removeAllListeners('uncaughtException');
    keep.forEach(listener => process.on('uncaughtException', listener));
  }
});
