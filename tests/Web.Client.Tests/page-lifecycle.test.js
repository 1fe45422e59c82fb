import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fakes/clock.js';
import { FakeWorld } from './fakes/world.js';

const pageshow = persisted => Object.assign(new Event('pageshow'), { persisted });

test('a hidden tab closes its stream', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.hide();
  assert.equal(world.state, 'disconnected');
  assert.equal(world.live.length, 0);
  await world.advance(3_600_000);
  assert.equal(world.sources.length, 1);
});

test('a tab that becomes visible opens one stream, at once, and says where it left off', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.hide();
  await world.advance(60_000);
  world.show();
  assert.equal(world.state, 'connecting');
  assert.equal(world.live.length, 1);
  assert.match(world.source.url, /lastEventId=e-1/);
});

for (const time of [0, 10, 50, 1000]) {
  test(`watching while hidden and becoming visible ${time} ms later leaves one live stream, not two`, async () => {
    const world = new FakeWorld();
    await world.connect();
    world.hide();
    world.watch('billing');
    await world.advance(time);
    assert.equal(world.live.length, 0);
    world.show();
    assert.equal(world.live.length, 1);
    await world.advance(1000);
    world.source.open();
    world.source.batch({ orders: 'active' });
    await settle();
    assert.equal(world.live.length, 1);
    assert.deepEqual(world.source.ids, ['orders', 'billing']);
  });
}

test('a tab that starts hidden opens nothing until it is seen', async () => {
  class HiddenWorld extends FakeWorld {
    visible = false;
    environment(eventSource) {
      this.visible = false;
      return super.environment(eventSource);
    }
  }
  const world = new HiddenWorld();
  world.watch('orders');
  await world.advance(1000);
  assert.equal(world.sources.length, 0);
  world.show();
  assert.equal(world.live.length, 1);
});

test('being told twice of being visible makes no second stream', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.show();
  world.show();
  assert.equal(world.sources.length, 1);
  assert.equal(world.state, 'connected');
});

test('a hidden tab makes no attempt, and a visible one makes it at once', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  world.hide();
  await world.advance(60_000);
  assert.equal(world.sources.length, 1);
  world.show();
  assert.equal(world.sources.length, 2);
});

test('hiding and showing does not make failures history', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  await world.advance(50);
  let flips = 0;
  while (world.fallbacks === 0 && flips++ < 50) {
    world.source.open();
    world.source.batch({ orders: 'active' });
    world.source.breakOff();
    world.hide();
    world.show();
  }
  assert.equal(flips, 6);
});

for (const [away, goAway, comeBack] of [
  ['pagehide', world => world.window.dispatchEvent(new Event('pagehide')), world => world.window.dispatchEvent(pageshow(true))],
  ['a network that is gone', world => world.cutOff(), world => world.reconnect()],
]) {
  test(`${away} closes the stream, and its end opens it again`, async () => {
    const world = new FakeWorld();
    await world.connect();
    goAway(world);
    await settle();
    assert.equal(world.state, 'disconnected');
    assert.equal(world.live.length, 0);
    await world.advance(60_000);
    assert.equal(world.live.length, 0);
    comeBack(world);
    assert.equal(world.live.length, 1);
    assert.equal(world.state, 'connecting');
  });
}

test('an offline event while the server answers costs one look, and a new stream that nobody notices', async () => {
  const world = new FakeWorld();
  const { heard } = await world.connect();
  heard.length = 0;
  world.window.dispatchEvent(new Event('offline'));
  await settle();
  assert.equal(world.polls.length, 1);
  assert.equal(world.live.length, 1);
  assert.equal(world.sources.length, 2);
  world.source.open();
  world.source.batch({ orders: 'active' });
  await world.advance(5000);
  assert.deepEqual([world.state, world.status('orders').freshness, heard.length], ['connected', 'fresh', 0]);
});

test('an offline event while statuses are polled costs one look, and polling goes on', async () => {
  const world = new FakeWorld({ useSse: false });
  world.watch('orders');
  await world.advance(50);
  world.window.dispatchEvent(new Event('offline'));
  await world.advance(10_000);
  assert.equal(world.status('orders').freshness, 'fresh');
  assert.ok(world.polls.length >= 5);
});

test('a look that is not answered within two seconds counts as offline', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.answer = () => new Promise(() => {});
  world.window.dispatchEvent(new Event('offline'));
  await world.advance(1900);
  assert.equal(world.state, 'connected');
  await world.advance(200);
  assert.equal(world.state, 'disconnected');
  assert.equal(world.status('orders').staleReason, 'offline');
});

test('a browser that never says that it is online again is not believed: the server is looked for, ever less often', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.cutOff();
  await world.advance(300_000);
  assert.ok(world.polls.length <= 15, `${world.polls.length} looks`);
  world.online = true;
  await world.advance(31_000);
  assert.equal(world.live.length, 1);
});

test('a page that is cut off and hidden looks for nothing until it is shown', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.cutOff();
  await settle();
  world.hide();
  const { length } = world.polls;
  world.online = true;
  await world.advance(300_000);
  assert.equal(world.polls.length, length);
  world.show();
  await settle();
  assert.equal(world.live.length, 1);
});

test('freeze closes the stream and resume opens it again', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.document.dispatchEvent(new Event('freeze'));
  assert.equal(world.live.length, 0);
  world.document.dispatchEvent(new Event('resume'));
  assert.equal(world.live.length, 1);
});

for (const [name, wake] of [
  ['resume', world => world.document.dispatchEvent(new Event('resume'))],
  ['pageshow from the cache', world => world.window.dispatchEvent(pageshow(true))],
  ['online', world => world.window.dispatchEvent(new Event('online'))],
]) {
  test(`after ${name} that nothing announced, an open stream is not trusted`, async () => {
    const world = new FakeWorld();
    await world.connect();
    await world.advance(10_000);
    wake(world);
    assert.equal(world.sources.length, 2);
    assert.equal(world.live.length, 1);
    assert.equal(world.transport.attempt, 0);
  });
}

test('the pageshow of an ordinary load changes nothing', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.window.dispatchEvent(pageshow(false));
  assert.equal(world.sources.length, 1);
});

test('all reasons to sleep must be gone before the page wakes', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.cutOff();
  await settle();
  world.hide();
  world.show();
  assert.equal(world.live.length, 0);
  world.hide();
  world.reconnect();
  assert.equal(world.live.length, 0);
  world.show();
  assert.equal(world.live.length, 1);
});

test('an online event that was missed in the freezer does not keep the page asleep', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.cutOff();
  await settle();
  world.document.dispatchEvent(new Event('freeze'));
  world.online = true;
  world.document.dispatchEvent(new Event('resume'));
  assert.equal(world.live.length, 1);
});

test('a sleeping page vouches for nothing, and says why', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.cutOff();
  await settle();
  assert.deepEqual([world.status('orders').freshness, world.status('orders').staleReason], ['stale', 'offline']);
});

test('a look at the server asks for one pipeline, however many are watched', async () => {
  const world = new FakeWorld();
  await world.connect({ a: 'active', b: 'active', c: 'active' });
  world.window.dispatchEvent(new Event('offline'));
  await settle();
  assert.deepEqual(world.polls.map(({ ids }) => ids), [['a']]);
});
