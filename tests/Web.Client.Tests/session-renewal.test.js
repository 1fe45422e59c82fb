import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld, response } from './fakes/world.js';

const hour = 3_600_000;

/** Somebody who is signed in, at a server whose sessions a request in their second half extends (`isSliding`), or nothing does. */
async function listening({ lasts, isSliding = true }) {
  const world = new FakeWorld();
  const session = { began: world.clock.time, ends: world.clock.time + lasts };
  const expiresInMs = () => session.ends - world.clock.time;
  const take = world.answerWatch;
  world.answerWatch = (request, source) => {
    if (expiresInMs() <= 0) return response(401, {});
    if (isSliding && expiresInMs() < world.clock.time - session.began) Object.assign(session, { began: world.clock.time, ends: world.clock.time + lasts });
    take(request, source);
    return response(202, { revision: request.revision, expiresInMs: expiresInMs() });
  };
  await world.connect();
  world.source.send('stream', { stream: world.source.handle, expiresInMs: expiresInMs() });
  const advance = async time => {
    for (let passed = 0; passed < time; passed += 30_000) {
      await world.advance(30_000);
      world.source.send('heartbeat', {});
    }
  };
  return { world, session, advance };
}

test('a page that only listens for a day asks for nothing, now and then, and is signed in all the time', async () => {
  const { world, session, advance } = await listening({ lasts: 8 * hour });
  for (let hours = 0; hours < 24; hours++) {
    await advance(hour);
    assert.ok(session.ends > world.clock.time, `signed out after ${hours} hours`);
  }
  assert.ok(world.requests.length >= 3 && world.requests.length <= 6, `${world.requests.length} requests`);
  for (const { add, remove, visible, list } of world.requests) assert.deepEqual([add, remove, visible, list], [[], [], undefined, undefined]);
  assert.deepEqual([world.sources.length, world.polls.length, world.state, world.status('orders').freshness], [1, 0, 'connected', 'fresh']);
});

test('a session that nothing extends is asked for ever more often, and never twice in a second', async () => {
  const { world, advance } = await listening({ lasts: 8 * hour, isSliding: false });
  await advance(8 * hour - 60_000);
  const early = world.requests.length;
  assert.ok(early <= 8, `${early} requests`);
  world.source.send('error', { code: 'signed_out', message: '' });
  await advance(hour);
  assert.equal(world.requests.length, early);
  const times = world.requests.map(({ at }) => at);
  assert.ok(times.every((at, index) => index === 0 || at - times[index - 1] >= 1000), times.join(' '));
});

test('a session of months is asked for once a day: no timer takes longer', async () => {
  const { world, advance } = await listening({ lasts: 90 * 24 * hour });
  await advance(50 * hour);
  assert.equal(world.requests.length, 2);
});

test('who hides the page asks for nothing: its session ends like that of one who has left', async () => {
  const { world, advance } = await listening({ lasts: hour });
  world.hide();
  await advance(2 * hour);
  assert.equal(world.requests.length, 0);
});

test('any watch request counts: the next one for the session alone is due as long after it', async () => {
  const { world, advance } = await listening({ lasts: 10 * hour });
  await advance(5.4 * hour);
  world.watch('billing');
  await advance(5 * hour);
  assert.equal(world.requests.length, 1);
  await advance(hour);
  assert.equal(world.requests.length, 2);
});
