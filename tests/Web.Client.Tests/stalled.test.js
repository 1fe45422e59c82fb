import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { settle } from './fakes/clock.js';
import { FakeWorld } from './fakes/world.js';

/** A tab that streams, and whose server has just said that it can confirm nothing. */
async function stalledWorld(statuses = { orders: 'active', billing: 'paused' }) {
  const world = new FakeWorld();
  const watching = await world.connect(statuses);
  stall(world.source);
  return { world, ...watching };
}

/** Tabs that watch these and share a stream that has delivered. */
async function browserOf(...watched) {
  const browser = new FakeBrowser();
  for (const ids of watched) browser.tab().watch(...ids);
  await browser.serve();
  return browser;
}

function stall(source) {
  source.send('error', { message: 'Statuses cannot be confirmed at the moment.', code: 'polling_stalled' });
}

function trust(tab, ...ids) {
  return ids.map(id => [tab.status(id)?.freshness, tab.status(id)?.staleReason]);
}

const fresh = ['fresh', undefined];
const doubted = ['stale', 'polling_stalled'];

test('a stalled server puts every pipeline in doubt, its status kept and the stream left open', async () => {
  const { world, heard } = await stalledWorld();
  assert.deepEqual(trust(world, 'orders', 'billing'), [doubted, doubted]);
  assert.deepEqual([world.status('orders').status, world.status('billing').status], ['active', 'paused']);
  assert.deepEqual(heard.slice(-2).map(snapshot => [snapshot.pipelineId, snapshot.staleReason]),
    [['orders', 'polling_stalled'], ['billing', 'polling_stalled']]);
  assert.equal(world.state, 'connected');
  assert.equal(world.sources.length, 1);
  assert.deepEqual([world.transport.stalled, world.transport.problem, world.transport.attempt], [true, undefined, 0]);
});

test('the same under the name status_error', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.send('status_error', { message: 'm', code: 'polling_stalled' });
  assert.deepEqual(trust(world, 'orders'), [doubted]);
});

test('heartbeats keep the stream and confirm nothing while the server is stalled', async () => {
  const { world } = await stalledWorld();
  world.source.send('status_update', { pipelineId: 'orders', status: 'failed' });
  const { confirmedAt } = world.status('orders');
  for (let beat = 0; beat < 5; beat++) {
    await world.advance(30_000);
    world.source.send('heartbeat', {});
  }
  assert.equal(world.state, 'connected');
  assert.deepEqual(trust(world, 'orders', 'billing'), [fresh, doubted]);
  assert.equal(world.status('orders').confirmedAt, confirmedAt);
});

test('the next batch makes what it names fresh, and ends the stall', async () => {
  const { world, heard } = await stalledWorld();
  const before = heard.length;
  world.source.batch({ orders: 'active', billing: 'failed' });
  assert.deepEqual(heard.slice(before).map(snapshot => [snapshot.pipelineId, snapshot.status, snapshot.freshness]),
    [['orders', 'active', 'fresh'], ['billing', 'failed', 'fresh']]);
  assert.equal(world.transport.stalled, false);
  await world.advance(30_000);
  world.source.send('heartbeat', {});
  assert.equal(world.status('orders').confirmedAt, world.clock.time);
});

test('what the next batch does not name stays in doubt', async () => {
  const { world } = await stalledWorld();
  world.source.batch({ orders: 'active' });
  assert.deepEqual(trust(world, 'orders', 'billing'), [fresh, doubted]);
  world.source.send('heartbeat', {});
  assert.deepEqual(trust(world, 'billing'), [doubted]);
});

test('a change told meanwhile is fresh, for its pipeline alone', async () => {
  const { world } = await stalledWorld();
  world.source.send('status_update', { pipelineId: 'orders', status: 'failed', previousStatus: 'active' });
  assert.deepEqual(trust(world, 'orders', 'billing'), [fresh, doubted]);
  assert.equal(world.transport.stalled, true);
});

test('a stall told once more puts everything in doubt again, and says so once', async () => {
  const { world } = await stalledWorld();
  world.source.send('status_update', { pipelineId: 'orders', status: 'failed' });
  stall(world.source);
  assert.deepEqual(trust(world, 'orders', 'billing'), [doubted, doubted]);
  assert.equal(world.lines.filter(line => line.includes('stalled')).length, 1);
});

test('the console says when it begins and when it is over', async () => {
  const { world } = await stalledWorld();
  assert.equal(world.lines.at(-1), '[SSE Manager] Polling stalled: Statuses cannot be confirmed at the moment.');
  world.source.batch({ orders: 'active', billing: 'paused' });
  assert.deepEqual(world.lines.slice(-2), ['[SSE Manager] Batch update: 2 pipelines', '[SSE Manager] Polling goes on']);
});

test('a stream that opens while the server is stalled hears of it right after its first batch', async () => {
  const { world } = await stalledWorld();
  world.source.breakOff();
  assert.equal(world.status('orders').staleReason, 'connection_lost');
  await world.advance(1000);
  world.source.open();
  world.source.batch({ orders: 'active', billing: 'paused' });
  stall(world.source);
  assert.deepEqual(trust(world, 'orders', 'billing'), [doubted, doubted]);
  assert.equal(world.state, 'connected');
  assert.ok(!world.lines.includes('[SSE Manager] Polling goes on'));
});

test('a status that a stalled server begins a stream with is as old as it was, not confirmed just now', async () => {
  const { world, heard } = await stalledWorld();
  const { confirmedAt } = world.status('orders');
  world.source.breakOff();
  await world.advance(5000);
  world.source.open();
  world.source.batch({ orders: 'active', billing: 'failed' });
  world.source.send('error', { message: 'm', code: 'backend_unavailable', pipelineId: 'billing' });
  stall(world.source);
  assert.equal(world.status('orders').confirmedAt, confirmedAt);
  assert.equal(heard.findLast(snapshot => snapshot.pipelineId === 'orders'), world.status('orders'));
});

test('a status first heard of a stalled server was never confirmed', async () => {
  const world = new FakeWorld();
  world.client.seed('orders', 'paused');
  world.watch('orders', 'billing');
  await world.advance(50);
  world.source.open();
  world.source.batch({ orders: 'paused', billing: 'active' });
  stall(world.source);
  assert.deepEqual([world.status('orders').confirmedAt, world.status('billing').confirmedAt], [undefined, undefined]);
  assert.equal(world.status('billing').status, 'active');
});

test('word of the list between the first batch and the stall changes nothing of that', async () => {
  const world = new FakeWorld();
  world.client.listEtag.subscribe(() => {});
  await world.connect();
  world.source.send('list_changed', { etag: '"1"' });
  stall(world.source);
  assert.equal(world.status('orders').confirmedAt, undefined);
});

test('what a stream confirmed before its server stalled keeps its time', async () => {
  const world = new FakeWorld();
  await world.connect();
  const batchAt = world.clock.time;
  await world.advance(10_000);
  stall(world.source);
  assert.equal(world.status('orders').confirmedAt, batchAt);
  world.source.batch({ orders: 'active' });
  world.source.send('heartbeat', {});
  stall(world.source);
  assert.equal(world.status('orders').confirmedAt, world.clock.time);
});

test('a stall is no failure: a stream that lasted starts over with all attempts', async () => {
  const { world } = await stalledWorld();
  await world.advance(6000);
  world.source.breakOff();
  assert.equal(world.transport.attempt, 1);
});

test('an answer to a poll is a confirmation of its own', async () => {
  const { world } = await stalledWorld();
  await world.exhaust();
  await settle();
  assert.equal(world.transport.transport, 'polling');
  assert.deepEqual(trust(world, 'orders', 'billing'), [fresh, fresh]);
  assert.equal(world.transport.stalled, false);
});

test('a pipeline that does not exist is not in doubt because of a stall', async () => {
  const world = new FakeWorld();
  await world.connect({ orders: 'active', oders: 'active' });
  world.source.send('error', { message: 'm', code: 'pipeline_not_found', pipelineId: 'oders' });
  stall(world.source);
  assert.equal(world.status('oders').staleReason, 'pipeline_not_found');
});

test('a page that watches nothing any more waits for nothing', async () => {
  const { world, stop } = await stalledWorld();
  stop();
  await world.advance(50);
  assert.equal(world.transport.stalled, false);
});

test('a code that only a newer server knows, about no pipeline, changes nothing', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  const before = heard.length;
  for (const code of ['maintenance_tonight', 'constructor', '__proto__']) world.source.send('error', { message: 'm', code });
  world.source.send('error', { code: 'maintenance_tonight' });
  assert.equal(heard.length, before);
  assert.deepEqual(trust(world, 'orders'), [fresh]);
  assert.deepEqual([world.state, world.transport.stalled, world.sources.length], ['connected', false, 1]);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' });
  assert.equal(world.status('orders').status, 'paused');
});

test('all tabs that share a stream are in doubt together, and fresh together', async () => {
  const browser = await browserOf(['orders'], ['billing'], ['orders', 'billing']);
  stall(browser.live[0]);
  await settle();
  for (const tab of browser.tabs) {
    assert.equal(tab.state, 'connected');
    assert.equal(tab.transport.stalled, true);
    assert.equal(tab.lines.at(-1), '[SSE Manager] Polling stalled: Statuses cannot be confirmed at the moment.');
  }
  assert.deepEqual(trust(browser.tabs[1], 'billing'), [doubted]);
  assert.deepEqual(trust(browser.tabs[2], 'orders', 'billing'), [doubted, doubted]);

  browser.live[0].batch({ orders: 'active', billing: 'failed' }, 'e-2');
  await settle();
  assert.ok(browser.tabs.every(tab => !tab.transport.stalled));
  assert.deepEqual(trust(browser.tabs[2], 'orders', 'billing'), [fresh, fresh]);
  assert.equal(browser.tabs[1].status('billing').status, 'failed');
});

test('a tab that joins while the server is stalled sees the statuses in doubt, without another stream', async () => {
  const browser = await browserOf(['orders', 'billing']);
  stall(browser.live[0]);
  browser.live[0].send('heartbeat', {});
  const late = browser.tab();
  late.watch('orders', 'billing');
  await browser.advance(200);
  assert.equal(browser.sources.length, 1);
  assert.deepEqual([late.state, late.transport.stalled, late.status('billing').status], ['connected', true, 'active']);
  assert.deepEqual(trust(late, 'orders', 'billing'), [doubted, doubted]);
  assert.equal(late.status('orders').confirmedAt, undefined);
  browser.live[0].batch({ orders: 'active', billing: 'active' }, 'e-2');
  await settle();
  assert.deepEqual(trust(late, 'orders', 'billing'), [fresh, fresh]);
});

test('a tab that joins after the stall is told of what only a part of the pipelines recovered from', async () => {
  const browser = await browserOf(['orders', 'billing', 'oders']);
  browser.live[0].send('error', { code: 'pipeline_not_found', message: 'm', pipelineId: 'oders' });
  stall(browser.live[0]);
  browser.live[0].batch({ orders: 'active' }, 'e-2');
  const late = browser.tab();
  late.watch('orders', 'billing', 'oders');
  await browser.advance(200);
  for (const tab of browser.tabs) {
    assert.deepEqual(trust(tab, 'orders', 'billing', 'oders'), [fresh, doubted, ['stale', 'pipeline_not_found']]);
    assert.equal(tab.transport.stalled, false);
  }
  assert.equal(late.status('billing').confirmedAt, undefined);
  assert.notEqual(late.status('orders').confirmedAt, undefined);
});

test('a tab that becomes the leader while the server is stalled stays in doubt until its own stream has told', async () => {
  const browser = await browserOf(['orders'], ['orders', 'billing']);
  const [first, second] = browser.tabs;
  stall(browser.live[0]);
  await settle();
  first.hide();
  await browser.advance(200);
  assert.equal(browser.leader, second);
  assert.deepEqual(trust(second, 'orders', 'billing'), [doubted, doubted]);
  await browser.serve();
  stall(browser.live[0]);
  await settle();
  assert.deepEqual(trust(second, 'orders', 'billing'), [doubted, doubted]);
  assert.deepEqual([second.state, second.transport.stalled], ['connected', true]);

  first.show();
  await browser.advance(200);
  assert.deepEqual(trust(first, 'orders'), [doubted]);
  browser.live[0].batch({ orders: 'active', billing: 'active' }, 'e-3');
  await settle();
  assert.deepEqual(trust(first, 'orders'), [fresh]);
  assert.deepEqual(trust(second, 'orders', 'billing'), [fresh, fresh]);
});

test('a leader that goes away during a stall leaves none behind for a stream that is not stalled', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  const [first, second] = browser.tabs;
  stall(browser.live[0]);
  await settle();
  first.crash();
  first.source.close();
  await browser.advance(2000);
  await browser.serve();
  assert.deepEqual(trust(second, 'orders'), [fresh]);
  assert.equal(second.transport.stalled, false);
  const late = browser.tab();
  late.watch('orders');
  await browser.advance(200);
  assert.deepEqual(trust(late, 'orders'), [fresh]);
});
