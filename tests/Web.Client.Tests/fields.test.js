import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld } from './fakes/world.js';

const first = { rows_per_second: 1204, lag_seconds: 0.4 };

/** A tab that shows fields, with a stream that has told some. */
async function shown() {
  const world = new FakeWorld({ fields: true });
  const { heard } = world.watch('orders');
  await world.advance(50);
  world.source.open();
  tell(world.source, first);
  return { world, heard };
}

function tell(source, fields, more = {}) {
  source.send('batch_update', { ...more, updates: [{ pipelineId: 'orders', status: 'active', ...(fields && { fields }) }] }, 'e-1');
}

function fieldsOf(world) {
  const { fields, fieldsFreshness } = world.status('orders');
  return [fields, fieldsFreshness];
}

test('fields are asked for only where they are wanted', async () => {
  const { world } = await shown();
  assert.equal(world.source.parameter('fields'), '1');
  assert.deepEqual(fieldsOf(world), [first, 'fresh']);

  const plain = new FakeWorld();
  await plain.connect();
  assert.equal(plain.source.parameter('fields'), null);
  assert.ok(!('fields' in plain.status('orders')));
});

test('what changed is merged, null removes, and each change is heard', async () => {
  const { world, heard } = await shown();
  const before = heard.length;
  world.source.send('fields_update', { pipelineId: 'orders', fields: { lag_seconds: 0.6 } }, 'e-2');
  assert.deepEqual(fieldsOf(world), [{ ...first, lag_seconds: 0.6 }, 'fresh']);
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused', previousStatus: 'active', fields: { rows_per_second: null } }, 'e-3');
  assert.deepEqual(fieldsOf(world), [{ lag_seconds: 0.6 }, 'fresh']);
  world.source.send('fields_update', { pipelineId: 'orders', fields: { lag_seconds: null } }, 'e-4');
  assert.deepEqual(fieldsOf(world), [undefined, undefined]);
  assert.equal(heard.length, before + 3);
});

test('a batch takes the place of all fields, and the same once more is no news', async () => {
  const { world, heard } = await shown();
  const before = heard.length;
  tell(world.source, first);
  assert.equal(heard.length, before);
  tell(world.source, { lag_seconds: 2 });
  assert.deepEqual(fieldsOf(world), [{ lag_seconds: 2 }, 'fresh']);
  tell(world.source, undefined);
  assert.deepEqual(fieldsOf(world), [undefined, undefined]);
});

test('a status first known after the batch comes with all there are', async () => {
  const { world } = await shown();
  world.source.send('status_update', { pipelineId: 'orders', status: 'active', fields: { lag_seconds: 1 } }, 'e-2');
  assert.deepEqual(fieldsOf(world), [{ lag_seconds: 1 }, 'fresh']);
});

test('polls keep the last fields, and nobody vouches for them', async () => {
  const { world } = await shown();
  world.source.breakOff();
  assert.deepEqual(fieldsOf(world), [first, 'stale']);
  await world.exhaust();
  await world.advance(10);
  assert.deepEqual([world.status('orders').freshness, ...fieldsOf(world)], ['fresh', first, 'stale']);
});

test('who comes back is told of changed fields alone, and knows the others', async () => {
  const { world } = await shown();
  world.source.send('fields_update', { pipelineId: 'orders', fields: { lag_seconds: 0.6 } }, 'e-2');
  world.source.breakOff();
  await world.advance(1000);
  assert.ok(world.source.parameter('known'));
  world.source.open();
  world.source.send('batch_update', { partial: true, updates: [] }, 'e-2');
  assert.deepEqual(fieldsOf(world), [{ ...first, lag_seconds: 0.6 }, 'fresh']);
});

test('a tab that shows fields has the stream of all replaced by one that tells them, from the beginning', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  await browser.serve();
  const late = browser.tab({ fields: true });
  late.watch('orders');
  await browser.advance(700);
  const [source] = browser.live;
  assert.deepEqual([browser.sources.length, source.parameter('fields'), source.parameter('known')], [2, '1', null]);
  source.open();
  tell(source, first);
  await browser.advance(10);
  assert.deepEqual(fieldsOf(late), [first, 'fresh']);
  assert.ok(!('fields' in browser.tabs[0].status('orders')));
  assert.equal(browser.tabs[0].status('orders').freshness, 'fresh');

  const third = browser.tab({ fields: true });
  third.watch('orders');
  await browser.advance(200);
  assert.equal(browser.sources.length, 2);
  assert.deepEqual(fieldsOf(third), [first, 'fresh']);
});
