import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { knownHash } from '../../artifacts/client/known-hash.js';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, response } from './fakes/world.js';

const golden = JSON.parse(readFileSync(new URL('../../contracts/stream-events.json', import.meta.url), 'utf8'));

/** A tab whose stream has told these, and is opened anew after a break. */
async function reconnecting(statuses, before = () => {}) {
  const world = new FakeWorld();
  const watching = await world.connect(statuses);
  before(world);
  world.source.breakOff();
  await world.advance(1000);
  return { world, ...watching };
}

const fresh = (world, ...ids) => ids.map(id => [world.status(id)?.status, world.status(id)?.freshness]);
const known = world => world.source.parameter('known');

test('the hash is two of FNV-1a, over the ids in order, whatever order they are known in', () => {
  for (const [ids, hash] of Object.entries(golden.known)) assert.equal(knownHash(ids.split(',')), hash);
  assert.equal(knownHash(['a']), 'e40c292c1af3d541');
  assert.equal(knownHash(['orders', 'billing', 'A-1']), knownHash(['A-1', 'billing', 'orders']));
  assert.notEqual(knownHash(['ab']), knownHash(['a', 'b']));
});

test('a first stream names nothing as known', async () => {
  const world = new FakeWorld();
  world.client.seed('orders', 'active');
  world.watch('orders');
  await world.advance(50);
  assert.deepEqual([known(world), world.source.parameter('lastEventId')], [null, null]);
});

test('a stream that follows another one names as known what that one has told', async () => {
  const { world } = await reconnecting({ orders: 'active', billing: 'paused' });
  assert.equal(known(world), knownHash(['orders', 'billing']));
  assert.equal(world.source.parameter('lastEventId'), 'e-1');
});

test('a batch of changes only confirms the rest, and tells what has changed', async () => {
  const { world, heard } = await reconnecting({ orders: 'active', billing: 'paused' });
  const before = heard.length;
  world.source.open();
  world.source.batch({ billing: 'failed' }, 'e-4', { partial: true });
  assert.deepEqual(fresh(world, 'orders', 'billing'), [['active', 'fresh'], ['failed', 'fresh']]);
  assert.deepEqual(heard.slice(before).map(({ pipelineId }) => pipelineId).sort(), ['billing', 'orders']);
  assert.equal(world.status('orders').confirmedAt, world.clock.time);
});

test('a batch that is whole is taken as such, whatever was known', async () => {
  const { world } = await reconnecting({ orders: 'active', billing: 'paused' });
  world.source.open();
  world.source.batch({ billing: 'paused' }, 'f-1');
  assert.deepEqual(fresh(world, 'orders', 'billing'), [['active', 'stale'], ['paused', 'fresh']]);
});

test('what has been confirmed by a batch of changes only is known to the next stream', async () => {
  const { world } = await reconnecting({ orders: 'active', billing: 'paused' });
  world.source.open();
  world.source.batch({}, 'e-4', { partial: true });
  world.source.breakOff();
  await world.advance(2000);
  assert.deepEqual([known(world), world.source.parameter('lastEventId')], [knownHash(['orders', 'billing']), 'e-4']);
});

test('a stream that breaks before its first batch leaves what is known as it was', async () => {
  const { world } = await reconnecting({ orders: 'active', billing: 'paused' });
  world.source.open();
  world.source.breakOff();
  await world.advance(2000);
  assert.deepEqual([known(world), world.source.parameter('lastEventId')], [knownHash(['orders', 'billing']), 'e-1']);
});

for (const [what, trouble] of [
  ['a backend that did not answer', { code: 'backend_unavailable', pipelineId: 'orders' }],
  ['a pipeline that was not found', { code: 'pipeline_not_found', pipelineId: 'orders' }],
]) {
  test(`${what} is not known`, async () => {
    const { world } = await reconnecting({ orders: 'active', billing: 'paused' }, ({ source }) => source.send('error', { message: 'm', ...trouble }));
    assert.equal(known(world), knownHash(['billing']));
  });
}

test('nothing is known of a server that could vouch for nothing', async () => {
  const { world } = await reconnecting({ orders: 'active' }, ({ source }) => source.send('error', { message: 'm', code: 'polling_stalled' }));
  assert.equal(known(world), null);
});

test('a pipeline in doubt is known again when it is told again', async () => {
  const { world } = await reconnecting({ orders: 'active' }, ({ source }) => {
    source.send('error', { message: 'm', code: 'backend_unavailable', pipelineId: 'orders' });
    source.batch({ orders: 'paused' }, 'e-3');
  });
  assert.equal(known(world), knownHash(['orders']));
  world.source.open();
  world.source.batch({}, 'e-3', { partial: true });
  assert.deepEqual(fresh(world, 'orders'), [['paused', 'fresh']]);
});

test('a pipeline that was let go and is watched again is not known: what happened meanwhile was not told', async () => {
  const world = new FakeWorld();
  await world.connect();
  const billing = world.watch('billing');
  await world.advance(50);
  billing.stop();
  await world.advance(300);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-9');
  world.answerWatch = () => response(404, {});
  world.watch('billing');
  await world.advance(300);
  assert.deepEqual(world.source.ids, ['orders', 'billing']);
  assert.equal(known(world), knownHash(['orders']));
});

test('what was added by a request that was never acknowledged is not known', async () => {
  const { world } = await reconnecting({ orders: 'active' }, one => {
    one.answerWatch = () => new Promise(() => {});
    one.watch('billing');
  });
  assert.deepEqual(world.source.ids, ['orders', 'billing']);
  assert.equal(known(world), knownHash(['orders']));
});

test('what polls have told since is not known to the stream, which goes on from its own last event', async () => {
  const world = new FakeWorld({ config: { maxReconnectAttempts: 0, returnInterval: 5000 } });
  await world.connect({ orders: 'active' });
  world.answer = () => response(200, { type: 'batch_update', timestamp: 1, updates: [{ pipelineId: 'orders', status: 'failed' }] });
  world.source.breakOff();
  await world.advance(5000);
  assert.equal(world.source.parameter('lastEventId'), 'e-1');
  world.source.open();
  world.source.batch({ orders: 'failed' }, 'e-2', { partial: true });
  assert.deepEqual(fresh(world, 'orders'), [['failed', 'fresh']]);
});

test('of a long list each part says what is known of it, as of before the break', async () => {
  const ids = Array.from({ length: 12_000 }, (_, index) => `p${index}`.padEnd(60, 'x')).slice(0, 9000);
  const world = new FakeWorld();
  world.watch(...ids);
  const greet = async (lastEventId, more) => {
    world.source.open();
    world.source.batch(more ? {} : Object.fromEntries(world.source.ids.map(id => [id, 'active'])), lastEventId, more);
    await world.advance(2000);
  };
  await world.advance(50);
  await greet('e-5');
  world.source.breakOff();
  await world.advance(1200);
  const asked = world.requests.length;
  world.answerWatch = (request, source) => {
    source.revision = request.revision;
    source.send('batch_update', { revision: request.revision, partial: true, updates: [{ pipelineId: request.add[0], status: 'paused' }] }, 'e-8');
    return response(202, {});
  };
  const named = world.source.ids;
  assert.equal(known(world), knownHash(named));
  await greet('e-8', { partial: true });
  const requests = world.requests.slice(asked);
  assert.ok(requests.length > 0 && requests.every(({ add, lastEventId, known: hash }) => lastEventId === 'e-5' && hash === knownHash(add)));
  assert.equal(named.length + requests.flatMap(({ add }) => add).length, ids.length);
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
  assert.equal(world.status(requests[0].add[0]).status, 'paused');
});

test('what a long list knew of pipelines that were not acknowledged before the next break is not known after it', async () => {
  const world = new FakeWorld({ config: { maxPipelines: 2 } });
  world.watch('a', 'b', 'c');
  await world.advance(50);
  world.source.open();
  world.source.batch({ a: 'active', b: 'active' }, 'e-1');
  await world.advance(50);
  world.source.breakOff();
  await world.advance(1000);
  world.answerWatch = () => new Promise(() => {});
  world.source.open();
  world.source.batch({}, 'e-7', { partial: true });
  await world.advance(50);
  assert.equal(world.requests.at(-1).known, knownHash(['c']));
  world.source.breakOff();
  await world.advance(2000);
  world.source.open();
  world.source.batch({}, 'e-9', { partial: true });
  await world.advance(50);
  assert.deepEqual([world.requests.at(-1).add, world.requests.at(-1).known], [['c'], undefined]);
});

test('the leader goes on with what it knows of the pipelines of all tabs', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  browser.tab().watch('billing');
  await browser.serve();
  browser.live[0].send('status_update', { pipelineId: 'billing', status: 'paused' }, 'e-2');
  browser.live[0].breakOff();
  await browser.advance(1300);
  const [source] = browser.live;
  assert.equal(source.parameter('known'), knownHash(source.ids));
  source.open();
  source.batch({}, 'e-2', { partial: true });
  await browser.advance(0);
  const [first, second] = browser.tabs;
  assert.deepEqual([...fresh(first, 'orders'), ...fresh(second, 'billing')], [['active', 'fresh'], ['paused', 'fresh']]);
  assert.ok(second.lines.includes('[SSE Manager] Batch update: 1 pipelines'));
});

test('the next leader knows its own pipelines only, as of the last event of all', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  browser.tab().watch('billing');
  await browser.serve();
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-2');
  browser.tab().watch('orders');
  await browser.advance(100);
  browser.tabs[0].hide();
  await browser.advance(200);
  const [source] = browser.live;
  assert.equal(source.parameter('lastEventId'), 'e-2');
  assert.deepEqual(source.ids, ['billing', 'orders']);
  assert.equal(source.parameter('known'), knownHash(['billing']));
});

test('a stream that is to start where another tab has been names nothing as known', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  await browser.serve();
  const [first] = browser.tabs;
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-10');
  first.hide();
  const second = browser.tab();
  second.watch('orders');
  await browser.advance(200);
  // A replica that lags behind: nobody told it of e-10.
  browser.live[0].open();
  browser.live[0].batch({ orders: 'active' }, 'e-7');
  first.show();
  await browser.advance(1000);
  const [source] = browser.live;
  assert.deepEqual([source.parameter('lastEventId'), source.parameter('known')], ['e-10', null]);
});
