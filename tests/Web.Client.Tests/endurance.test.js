import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, ok, response } from './fakes/world.js';

const hour = 60;

/** Counts the listeners on what lives as long as the page. */
function counted(target) {
  const listeners = new Map();
  const { addEventListener, removeEventListener } = target;
  target.addEventListener = function (type, listener, ...rest) {
    listeners.set(listener, type);
    return addEventListener.call(this, type, listener, ...rest);
  };
  target.removeEventListener = function (type, listener, ...rest) {
    listeners.delete(listener);
    return removeEventListener.call(this, type, listener, ...rest);
  };
  return () => listeners.size;
}

/** Lets minutes pass and measures after each; what is there after the second minute may not grow. */
async function livesAnHour(minute, measure) {
  const measures = [];
  for (let passed = 1; passed <= hour; passed++) {
    await minute(passed);
    measures.push(measure());
  }
  const [, early] = measures;
  for (const name of Object.keys(early)) {
    const most = Math.max(...measures.map(counts => counts[name]));
    assert.ok(most <= early[name], `${name}: ${early[name]} after two minutes, ${most} within the hour`);
  }
}

/** A tab whose document and window count their listeners. */
class CountingWorld extends FakeWorld {
  environment(eventSource) {
    this.listeners = [counted(this.document), counted(this.window)];
    return super.environment(eventSource);
  }

  measure() {
    return {
      timers: this.clock.pending,
      listeners: this.listeners.reduce((sum, count) => sum + count(), 0),
      streams: this.live.length,
    };
  }
}

test('an hour of a healthy stream adds neither timers nor listeners', async () => {
  const world = new CountingWorld();
  await world.connect({ orders: 'active', billing: 'active' });
  await livesAnHour(async minute => {
    for (let half = 0; half < 2; half++) {
      await world.advance(30_000);
      world.source.send('heartbeat', {});
      world.source.send('status_update', { pipelineId: 'orders', status: minute % 2 ? 'paused' : 'active' }, `e-${minute}`);
    }
  }, () => world.measure());
  assert.equal(world.sources.length, 1);
  assert.deepEqual(world.measure(), { timers: 2, listeners: 7, streams: 1 });
});

test('an hour of breaking, hiding, watching and letting go adds neither timers nor listeners', async () => {
  const world = new CountingWorld();
  await world.connect();
  await livesAnHour(async minute => {
    const watching = world.watch(`p${minute}`);
    await world.advance(100);
    world.source.breakOff();
    await world.advance(1000);
    world.hide();
    await world.advance(1000);
    world.show();
    world.window.dispatchEvent(new Event('online'));
    world.document.dispatchEvent(new Event('freeze'));
    world.document.dispatchEvent(new Event('resume'));
    watching.stop();
    await world.advance(100);
    world.source.open();
    world.source.batch({ orders: 'active' });
    await world.advance(30_000);
    world.source.send('heartbeat', {});
    await world.advance(27_000);
    assert.equal(world.state, 'connected');
  }, () => world.measure());
});

test('an hour of fallback, with polls that fail and a stream that never comes, adds neither timers nor listeners', async () => {
  const world = new CountingWorld();
  await world.connect();
  await world.exhaust();
  await livesAnHour(async minute => {
    world.answer = () => minute % 3 === 0 ? response(503, {}) : ok({ orders: 'active' });
    await world.advance(60_000);
    if (world.source.live) world.source.refuse();
  }, () => world.measure());
  assert.equal(world.fallbacks, 1);
  assert.ok(world.polls.length > 1000);
});

test('an hour of tabs that come and go adds no timers or channels, and the leader remembers nobody who is gone', async () => {
  const browser = new FakeBrowser();
  const [stays] = [browser.tab()];
  stays.watch('orders');
  await browser.serve();
  await livesAnHour(async minute => {
    const guest = browser.tab();
    guest.watch(`p${minute}`);
    await browser.serve();
    if (minute % 2) guest.crash();
    guest.client.close();
    await browser.advance(1000);
    for (let half = 0; half < 2; half++) {
      await browser.advance(28_000);
      browser.live[0].send('heartbeat', {});
      await browser.serve();
    }
    // A guest that crashed is missed at the second roll call.
    await browser.advance(1000);
    browser.live[0].send('heartbeat', {});
    await browser.serve();
    assert.deepEqual(browser.live[0].ids, ['orders']);
  }, () => ({ timers: browser.clock.pending, channels: browser.channels, streams: browser.live.length }));
  assert.equal(stays.state, 'connected');
});
