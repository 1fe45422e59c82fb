import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, response } from './fakes/world.js';

async function connected(...ids) {
  const world = new FakeWorld();
  await world.connect(Object.fromEntries(ids.map(id => [id, 'active'])));
  return world;
}

const visible = world => world.requests.map(request => request.visible);

test('a page that never says what it shows sends nothing of it', async () => {
  const world = await connected('a', 'b');
  world.watch('c');
  await world.advance(10_000);
  assert.deepEqual(visible(world), [undefined]);
});

test('what is on the screen is told as a whole, of the watched pipelines', async () => {
  const world = await connected('a', 'b', 'c');
  world.client.show(['b', 'nobody-watches-this']);
  await world.advance(50);
  world.client.show(['b', 'c']);
  await world.advance(300);
  assert.deepEqual(visible(world), [['b'], ['b', 'c']]);
  assert.ok(world.lines.includes('[SSE Manager] Watch request 2: 0 added, 0 removed, 2 visible'));
  assert.equal(world.sources.length, 1);
});

test('while somebody scrolls, changes are gathered and told four times a second', async () => {
  const ids = Array.from({ length: 400 }, (_, index) => `p${index}`);
  const world = await connected(...ids);
  for (let row = 0; row < 100; row++) {
    world.client.show(ids.slice(row, row + 20));
    await world.advance(20);
  }
  await world.advance(1000);
  assert.ok(world.requests.length >= 7 && world.requests.length <= 10, `${world.requests.length}`);
  assert.deepEqual(world.requests.at(-1).visible, ids.slice(99, 119));
});

test('what is shown again unchanged is not told again', async () => {
  const world = await connected('a', 'b');
  for (let time = 0; time < 5; time++) {
    world.client.show(['a']);
    await world.advance(400);
  }
  assert.equal(world.requests.length, 1);
});

test('everything is on the screen again when the page says so', async () => {
  const world = await connected('a', 'b');
  world.client.show(['a']);
  await world.advance(300);
  world.client.show(undefined);
  await world.advance(300);
  assert.deepEqual(visible(world), [['a'], ['a', 'b']]);
});

test('nothing on the screen is told too', async () => {
  const world = await connected('a', 'b');
  world.client.show([]);
  await world.advance(300);
  assert.deepEqual(visible(world), [[]]);
});

test('a stream that follows another one is told what is on the screen anew', async () => {
  const world = await connected('a', 'b');
  world.client.show(['a']);
  await world.advance(300);
  world.source.breakOff();
  await world.advance(1000);
  world.source.open();
  world.source.batch({ a: 'active', b: 'active' });
  await world.advance(50);
  assert.deepEqual(visible(world), [['a'], ['a']]);
});

test('of several tabs the stream is told what any of them shows; one that does not say shows all that it watches', async () => {
  const browser = new FakeBrowser();
  for (const ids of [['a', 'b'], ['b', 'c', 'd'], ['e']]) browser.tab().watch(...ids);
  await browser.serve();
  const [first, second] = browser.tabs;
  first.client.show(['a']);
  second.client.show(['c']);
  await browser.advance(1000);
  assert.deepEqual(first.requests.at(-1).visible.toSorted(), ['a', 'c', 'e']);
});

test('a hidden tab shows nothing', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('a', 'b', 'c');
  browser.tab().watch('b', 'c');
  await browser.serve();
  const [first, second] = browser.tabs;
  first.client.show(['a']);
  second.client.show(['b']);
  await browser.advance(1000);
  second.hide();
  await browser.advance(1000);
  assert.deepEqual(first.requests.at(-1).visible, ['a']);
});

test('a tab that scrolls does not send its whole list to the others', async () => {
  const browser = new FakeBrowser();
  const ids = Array.from({ length: 500 }, (_, index) => `p${index}`);
  browser.tab().watch('a');
  browser.tab().watch(...ids);
  await browser.serve();
  const channel = [];
  const [, second] = browser.tabs;
  const { posted } = browser;
  browser.onPost = message => channel.push(JSON.stringify(message).length);
  second.client.show(ids.slice(0, 10));
  await browser.advance(1000);
  assert.ok(browser.posted > posted && Math.max(...channel) < 500, `${Math.max(...channel)}`);
  assert.deepEqual(browser.tabs[0].requests.at(-1).visible.length, 11);
});

test('a list whose changes nobody wants to hear of is not asked for', async () => {
  const world = await connected('a');
  world.source.send('list_changed', { etag: '"1"' });
  assert.equal(world.source.parameter('list'), null);
  assert.equal(world.client.listEtag.value, undefined);
});

test('whoever subscribes before there is a stream has the list asked for in its address', async () => {
  const world = new FakeWorld();
  const heard = [];
  world.client.listEtag.subscribe(etag => heard.push(etag));
  await world.connect();
  assert.equal(world.source.parameter('list'), '1');
  world.source.send('list_changed', { etag: '"1"' });
  world.source.send('list_changed', { etag: '"1"' });
  world.source.send('list_changed', { etag: '"2"' });
  assert.deepEqual(heard, ['"1"', '"2"']);
  assert.equal(world.client.listEtag.value, '"2"');
  assert.equal(world.requests.length, 0);
});

test('whoever subscribes later has it asked for by a watch request, and let go by another one', async () => {
  const world = await connected('a');
  const end = world.client.listEtag.subscribe(() => {});
  await world.advance(300);
  world.source.send('list_changed', { etag: '"1"' });
  end();
  end();
  await world.advance(300);
  assert.deepEqual(world.requests.map(({ list }) => list), [true, false]);
  assert.equal(world.client.listEtag.value, undefined);
  world.client.listEtag.subscribe(() => {});
  await world.advance(300);
  assert.equal(world.requests.at(-1).list, true);
});

test('without a stream nobody tells of the list', async () => {
  const world = new FakeWorld();
  const heard = [];
  world.client.listEtag.subscribe(etag => heard.push(etag));
  await world.connect();
  world.source.send('list_changed', { etag: '"1"' });
  world.source.breakOff();
  assert.deepEqual(heard, ['"1"', undefined]);
});

test('while one stream replaces another, the list that has not changed is no news', async () => {
  const world = new FakeWorld();
  const heard = [];
  world.client.listEtag.subscribe(etag => heard.push(etag));
  await world.connect();
  world.source.send('list_changed', { etag: '"1"' });
  world.answerWatch = () => response(404, {});
  world.watch('billing');
  await world.advance(50);
  world.source.open();
  world.source.batch({ orders: 'active', billing: 'active' });
  world.source.send('list_changed', { etag: '"1"' });
  assert.deepEqual(heard, ['"1"']);
});

test('a tab that comes later hears of the list at once, from the tab that has the stream', async () => {
  const browser = new FakeBrowser();
  const first = browser.tab();
  first.client.listEtag.subscribe(() => {});
  first.watch('a');
  await browser.serve();
  browser.live[0].send('list_changed', { etag: '"1"' });
  const second = browser.tab();
  second.watch('a');
  await browser.advance(200);
  assert.equal(second.client.listEtag.value, undefined);
  second.client.listEtag.subscribe(() => {});
  await browser.advance(200);
  assert.equal(second.client.listEtag.value, '"1"');
  assert.equal(first.requests.length, 0);
});

test('what was heard of the list before nobody wanted it is not told later', async () => {
  const browser = new FakeBrowser();
  const [first, second] = [browser.tab(), browser.tab()];
  for (const tab of [first, second]) tab.watch('a');
  const end = first.client.listEtag.subscribe(() => {});
  await browser.serve();
  browser.live[0].send('list_changed', { etag: '"1"' });
  end();
  await browser.advance(1000);
  second.client.listEtag.subscribe(() => {});
  await browser.advance(300);
  assert.equal(second.client.listEtag.value, undefined);
  browser.live[0].send('list_changed', { etag: '"2"' });
  await browser.advance(0);
  assert.deepEqual([first, second].map(tab => tab.client.listEtag.value), [undefined, '"2"']);
});

test('a list that only a hidden tab wants is not asked for any more', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('a');
  const second = browser.tab();
  second.client.listEtag.subscribe(() => {});
  second.watch('a');
  await browser.serve();
  assert.equal(browser.live[0].parameter('list'), '1');
  second.hide();
  await browser.advance(300);
  assert.deepEqual(browser.tabs[0].requests.map(({ list }) => list), [false]);
});
