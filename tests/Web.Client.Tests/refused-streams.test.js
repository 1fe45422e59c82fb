import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, ok, response, settle } from './fakes/world.js';

/** A stream that was interrupted, and whose successor the server refuses. */
async function refused(answer, options) {
  const world = new FakeWorld(options);
  await world.connect();
  world.source.breakOff();
  while (world.sources.length < 2) await world.advance(100);
  world.answer = answer;
  world.source.refuse();
  await settle();
  return world;
}

const page = { 'content-type': 'text/html; charset=utf-8' };

for (const status of [401, 403]) {
  test(`a stream refused by ${status} is asked about once, and then nothing is sent until somebody looks again`, async () => {
    const world = await refused(() => response(status, {}));
    assert.equal(world.polls.length, 1);
    assert.deepEqual([world.state, world.transport.problem, world.transport.mayNeedSignIn], ['error', 'signed_out', true]);
    assert.deepEqual([world.status('orders').freshness, world.status('orders').staleReason], ['stale', 'signed_out']);
    await world.advance(600_000);
    assert.deepEqual([world.polls.length, world.sources.length, world.fallbacks], [1, 2, 0]);
  });
}

for (const [what, look] of [
  ['the tab is shown again', world => (world.hide(), world.show())],
  ['the network is back', world => world.reconnect()],
  ['somebody asks for it', world => world.client.resetFallback()],
]) {
  test(`signed in again, everything is right as soon as ${what}`, async () => {
    const world = await refused(() => response(401, {}));
    world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
    look(world);
    assert.deepEqual([world.live.length, world.transport.problem], [1, 'signed_out']);
    world.source.open();
    assert.equal(world.transport.problem, undefined);
    world.source.batch({ orders: 'paused' });
    assert.deepEqual([world.state, world.status('orders').freshness], ['connected', 'fresh']);
  });
}

test('a poll answered 401 sends nothing more, and another pipeline that is watched changes nothing', async () => {
  const world = new FakeWorld({ useSse: false });
  world.answer = () => response(401, {});
  world.watch('orders');
  await world.advance(60);
  world.watch('billing');
  await world.advance(600_000);
  assert.equal(world.polls.length, 1);
  assert.equal(world.transport.problem, 'signed_out');
  world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
  world.hide();
  world.show();
  await world.advance(60);
  assert.deepEqual(['orders', 'billing'].map(id => world.status(id).freshness), ['fresh', 'fresh']);
});

for (const status of [429, 503]) {
  test(`the Retry-After of a ${status} is the least that the next attempt waits`, async () => {
    const world = await refused(() => response(status, { detail: 'Too many streams.' }, { 'retry-after': '7' }));
    assert.equal(world.transport.problem, 'Too many streams.');
    await world.advance(6900);
    assert.equal(world.sources.length, 2);
    await world.advance(200);
    assert.equal(world.sources.length, 3);
  });
}

for (const [what, isOnline, says] of [
  ['an address where nothing is', true, 'The server answered 404.'],
  ['a hub that gives no answer', false, 'The server could not be reached.'],
]) {
  test(`${what} is named once in the console, and the better reason outlives each attempt`, async () => {
    const world = new FakeWorld({ config: { endpoint: 'https://hub.example/status/stream' } });
    world.answer = () => response(404, undefined);
    world.online = isOnline;
    world.watch('orders');
    await world.advance(50);
    world.source.refuse();
    await settle();
    assert.equal(world.transport.problem, says);
    const problems = new Set();
    world.client.transport.subscribe(({ problem }) => problems.add(problem));
    await world.exhaust();
    await world.advance(60_000);
    assert.deepEqual([...problems], [says]);
    const causes = world.lines.filter(line => line.startsWith('[SSE Manager] No statuses from'));
    assert.equal(causes.length, 1);
    assert.ok(causes[0].startsWith(`[SSE Manager] No statuses from https://hub.example/status: ${says}`), causes[0]);
  });
}

test('a stream that is refused where polls are answered is the reason again, once that is known', async () => {
  const world = await refused(() => response(503, undefined));
  assert.equal(world.transport.problem, 'The server answered 503.');
  world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
  while (world.sources.length < 3) await world.advance(100);
  world.source.refuse();
  await settle();
  assert.equal(world.transport.problem, 'The server refused the stream.');
});

test('polls that are answered end the better reason, and whether people may have to sign in', async () => {
  const world = await refused(() => response(200, undefined, page));
  await world.exhaust();
  assert.match(world.transport.problem, /sign in again/);
  world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
  await world.advance(30_000);
  assert.equal(world.transport.mayNeedSignIn, false);
  const attempts = world.sources.length;
  while (world.sources.length === attempts) await world.advance(1000);
  world.source.refuse();
  assert.equal(world.transport.problem, 'The server refused the stream.');
});

test('trouble that comes back after it was over is told again', async () => {
  const world = new FakeWorld({ useSse: false });
  const { answer } = world;
  world.answer = () => response(500, undefined);
  world.watch('orders');
  await world.advance(60);
  world.answer = answer;
  await world.advance(10_000);
  world.answer = () => response(500, undefined);
  await world.advance(10_000);
  assert.equal(world.lines.filter(line => line.endsWith('The server answered 500.')).length, 2);
});

test('a stream that leads to another site before it opens is asked about, though it looks like a broken connection', async () => {
  const world = new FakeWorld();
  world.answer = () => ({ ...response(0, undefined), type: 'opaqueredirect' });
  world.watch('orders');
  await world.advance(50);
  world.source.breakOff();
  await settle();
  assert.equal(world.transport.mayNeedSignIn, true);
});

for (const [what, happens] of [
  ['was interrupted', source => source.breakOff()],
  ['the browser closed, since its page is left', source => source.refuse()],
]) {
  test(`a stream that was open and ${what} is not asked about`, async () => {
    const world = new FakeWorld();
    await world.connect();
    happens(world.source);
    await world.advance(900);
    assert.equal(world.polls.length, 0);
  });
}

for (const [what, answer] of [
  ['a page that signs people in', () => response(200, undefined, page)],
  ['a redirect', () => ({ ...response(0, undefined), type: 'opaqueredirect' })],
]) {
  test(`${what} in the place of statuses is said in words, and tried again`, async () => {
    const world = await refused(answer);
    assert.match(world.transport.problem, /sign in again/);
    assert.equal(world.transport.mayNeedSignIn, true);
    await world.exhaust();
    await world.advance(1000);
    assert.match(world.transport.pollingProblem, /sign in again/);
    world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
    await world.advance(60_000);
    assert.deepEqual([world.status('orders').freshness, world.transport.pollingProblem], ['fresh', undefined]);
  });
}

/** A proxy that takes lists of a certain length. */
function shortSighted(longest, status) {
  return ids => ids.join().length > longest ? response(status, {}) : ok(Object.fromEntries(ids.map(id => [id, 'active'])));
}

const many = Array.from({ length: 326 }, (_, index) => `pipeline-with-a-name-${index}`);

for (const status of [414, 431]) {
  test(`a ${status} makes the addresses shorter, and watch requests bring the rest`, async () => {
    const world = new FakeWorld();
    world.answer = shortSighted(4000, status);
    world.watch(...many);
    await world.advance(50);
    world.source.refuse();
    for (let turn = 0; turn < 10; turn++) await world.advance(100);
    assert.ok(world.source.url.length <= 4000, `${world.source.url.length}`);
    world.source.open();
    world.source.batch(Object.fromEntries(world.source.ids.map(id => [id, 'active'])));
    await world.advance(1000);
    assert.ok(many.every(id => world.status(id)?.freshness === 'fresh'));
    assert.deepEqual([world.state, world.transport.transport, world.sources.length], ['connected', 'sse', 2]);
  });
}

test('one pipeline whose address is too long is a failure, and no endless loop', async () => {
  const world = new FakeWorld({ useSse: false });
  world.answer = () => response(414, {});
  world.watch('orders');
  await world.advance(100);
  assert.equal(world.polls.length, 1);
  assert.equal(world.transport.pollingProblem, 'The server answered 414.');
});

test('of tabs whose pipelines are too many together, each one has fresh statuses', async () => {
  const browser = new FakeBrowser();
  for (const half of [many.slice(0, 163), many.slice(163)]) {
    const tab = browser.tab();
    tab.answer = shortSighted(6000, 414);
    tab.watch(...half);
  }
  await browser.advance(400);
  for (let second = 0; second < 20; second++) {
    for (const source of browser.live.filter(({ readyState }) => readyState === 0)) {
      if (source.ids.join().length > 6000) {
        source.refuse();
      } else {
        source.open();
        source.batch(Object.fromEntries(source.ids.map(id => [id, 'active'])));
      }
    }
    await browser.advance(1000);
  }
  const [first, second] = browser.tabs;
  assert.ok(many.slice(0, 163).every(id => first.status(id)?.freshness === 'fresh'), 'first tab');
  assert.ok(many.slice(163).every(id => second.status(id)?.freshness === 'fresh'), 'second tab');
});

test('a stream whose credentials have run out says so, and nothing more is sent', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.send('error', { code: 'signed_out', message: 'm' });
  assert.equal(world.live.length, 0);
  await world.advance(600_000);
  assert.deepEqual([world.polls.length, world.sources.length, world.state, world.transport.problem], [0, 1, 'error', 'signed_out']);
});

test('signed out, resetFallback says what it does, as always', async () => {
  const world = await refused(() => response(401, {}));
  assert.ok(!world.lines.includes('[SSE Manager] Fallback reset'));
  world.client.resetFallback();
  assert.equal(world.lines.filter(line => line === '[SSE Manager] Fallback reset').length, 1);
});

test('signed out, an offline event sends nothing either', async () => {
  const world = await refused(() => response(401, {}));
  world.window.dispatchEvent(new Event('offline'));
  await world.advance(60_000);
  assert.equal(world.polls.length, 1);
});

test('a signed-out page that polls and is shown again asks once', async () => {
  const world = new FakeWorld({ useSse: false });
  world.answer = () => response(401, {});
  world.watch('orders');
  await world.advance(60);
  world.hide();
  world.show();
  await settle();
  assert.equal(world.polls.length, 2);
});
