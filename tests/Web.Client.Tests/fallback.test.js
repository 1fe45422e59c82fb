import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeWorld, ok, response } from './fakes/world.js';

test('when the last attempt has failed too, polling takes over and the window is told', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  assert.equal(world.state, 'error');
  assert.equal(world.fallbacks, 1);
  assert.equal(world.transport.transport, 'polling');
  assert.equal(world.transport.fallbackActive, true);
  assert.ok(world.lines.includes('[SSE Manager] Falling back to polling'));
  await world.advance(0);
  assert.equal(world.polls[0].url, '/ui-api/pipeline/status?pipelineIds=orders');
  assert.equal(world.status('orders').freshness, 'fresh');
});

test('without polling as a fallback it stops there', async () => {
  const world = new FakeWorld({ config: { enablePollingFallback: false } });
  await world.connect();
  await world.exhaust();
  const [before, looks] = [world.sources.length, world.polls.length];
  await world.advance(600_000);
  assert.equal(world.polls.length, looks);
  assert.equal(world.fallbacks, 0);
  assert.equal(world.sources.length, before);
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['sse', false]);
  assert.equal(world.status('orders').freshness, 'stale');
});

test('without polling as a fallback, online starts over with all attempts', async () => {
  const world = new FakeWorld({ config: { enablePollingFallback: false } });
  await world.connect();
  await world.exhaust();
  world.window.dispatchEvent(new Event('online'));
  assert.equal(world.state, 'connecting');
  world.source.refuse();
  assert.equal(world.transport.attempt, 1);
});

test('every returnInterval a quiet attempt is made, and polling goes on meanwhile', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  const streams = world.sources.length;
  await world.advance(60_000);
  assert.equal(world.sources.length, streams + 1);
  assert.equal(world.state, 'connecting');
  assert.equal(world.transport.transport, 'polling');
  world.source.open();
  const polls = world.polls.length;
  await world.advance(10_000);
  assert.ok(world.polls.length >= polls + 4);
  world.source.breakOff();
  assert.equal(world.state, 'error');
  assert.equal(world.fallbacks, 1, 'a quiet attempt is quiet');
});

test('failing quiet attempts are a returnInterval apart, for as long as it takes', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  const start = world.sources.length;
  for (let minute = 1; minute <= 30; minute++) {
    await world.advance(60_000);
    assert.equal(world.sources.length, start + minute);
    world.source.refuse();
  }
});

test('a quiet attempt that delivers ends the fallback and the polling', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  await world.advance(60_000);
  world.source.open();
  world.source.batch({ orders: 'paused' });
  const polls = world.polls.length;
  await world.advance(30_000);
  assert.equal(world.state, 'connected');
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['sse', false]);
  assert.equal(world.polls.length, polls);
  assert.equal(world.status('orders').status, 'paused');
});

test('a quiet attempt that brings heartbeats alone ends nothing: they tell no status', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  await world.advance(60_000);
  world.source.open();
  const { length } = world.polls;
  for (let times = 0; times < 4; times++) {
    world.source.send('heartbeat', {});
    await world.advance(30_000);
  }
  assert.ok(world.polls.length > length + 40, `${world.polls.length} polls`);
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive, world.live.length], ['polling', true, 1]);
  const silent = world.source;
  world.client.resetFallback();
  assert.ok(world.source !== silent && !world.live.includes(silent), 'whoever asks for it gets another stream');
  world.source.open();
  world.source.batch({ orders: 'paused' });
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive, world.status('orders').status], ['sse', false, 'paused']);
});

test('a stream that returned but did not last goes back to polling at once', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  await world.advance(60_000);
  world.source.open();
  world.source.batch({ orders: 'paused' });
  world.source.breakOff();
  assert.equal(world.state, 'error');
  assert.equal(world.transport.transport, 'polling');
});

test('a returnInterval of 0 makes no quiet attempts', async () => {
  const world = new FakeWorld({ config: { returnInterval: 0 } });
  await world.connect();
  await world.exhaust();
  const before = world.sources.length;
  await world.advance(600_000);
  world.hide();
  world.show();
  assert.equal(world.sources.length, before);
});

test('resetFallback goes back to streaming at once, with all attempts', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  const before = world.sources.length;
  world.client.resetFallback();
  assert.equal(world.sources.length, before + 1);
  assert.equal(world.state, 'connecting');
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['sse', false]);
  assert.ok(world.lines.includes('[SSE Manager] Fallback reset'));
  const polls = world.polls.length;
  await world.advance(5000);
  assert.equal(world.polls.length, polls);
  world.source.refuse();
  assert.equal(world.transport.attempt, 1);
});

test('resetFallback that fails again falls back again, and says so again', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  world.client.resetFallback();
  await world.exhaust();
  assert.equal(world.fallbacks, 2);
  assert.equal(world.transport.transport, 'polling');
});

test('resetFallback from the listener of the event works', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.window.addEventListener('sse-fallback-triggered', () => world.client.resetFallback(), { once: true });
  for (let attempt = 0; attempt < 6; attempt++) {
    world.source.refuse();
    if (attempt < 5) await world.advance(40_000);
  }
  assert.equal(world.state, 'connecting');
  assert.equal(world.live.length, 1);
  assert.equal(world.transport.fallbackActive, false);
});

test('resetFallback while waiting for an attempt makes it at once', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.source.breakOff();
  world.client.resetFallback();
  assert.equal(world.live.length, 1);
  await world.advance(40_000);
  assert.equal(world.sources.length, 2);
});

test('resetFallback leaves a healthy stream alone', async () => {
  const world = new FakeWorld();
  await world.connect();
  world.client.resetFallback();
  assert.equal(world.sources.length, 1);
  assert.equal(world.state, 'connected');
});

test('online makes a quiet attempt out of the fallback', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  world.window.dispatchEvent(new Event('online'));
  assert.equal(world.state, 'connecting');
  assert.equal(world.live.length, 1);
});

test('a browser without EventSource polls, and does not keep trying', async () => {
  const world = new FakeWorld({ eventSource: false });
  world.watch('orders');
  await world.advance(5000);
  assert.equal(world.state, 'error');
  assert.equal(world.transport.transport, 'polling');
  assert.equal(world.status('orders').freshness, 'fresh');
  assert.match(world.transport.problem, /EventSource/);
});

test('during the fallback, failing polls are told apart from the stream that failed', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  world.answer = () => response(503, { detail: 'No replica can be reached.' });
  await world.advance(3000);
  assert.equal(world.transport.problem, 'The server refused the stream.');
  assert.equal(world.transport.error.message, 'The server refused the stream.');
  assert.equal(world.transport.pollingProblem, 'No replica can be reached.');
  world.answer = () => ok({ orders: 'active' });
  await world.advance(19_000);
  assert.equal(world.transport.problem, 'The server refused the stream.');
  assert.equal(world.transport.pollingProblem, undefined);
});

test('nobody who does not poll has a problem with polling', async () => {
  const world = new FakeWorld();
  const { stop } = await world.connect();
  const failing = async () => {
    world.answer = () => response(503, {});
    await world.exhaust();
    await world.advance(10);
    assert.notEqual(world.transport.pollingProblem, undefined);
  };
  await failing();
  world.client.resetFallback();
  assert.equal(world.transport.pollingProblem, undefined);
  await failing();
  world.hide();
  assert.equal(world.transport.pollingProblem, undefined);
  world.show();
  await world.advance(10);
  assert.notEqual(world.transport.pollingProblem, undefined);
  stop();
  await world.advance(50);
  assert.equal(world.transport.pollingProblem, undefined);
});

test('a hidden tab does not poll either', async () => {
  const world = new FakeWorld();
  await world.connect();
  await world.exhaust();
  world.hide();
  await world.advance(10);
  const polls = world.polls.length;
  const streams = world.sources.length;
  await world.advance(600_000);
  assert.equal(world.polls.length, polls);
  assert.equal(world.sources.length, streams);
  assert.equal(world.state, 'error');
});

test('with the flag off there is polling alone, and no EventSource is ever made', async () => {
  const world = new FakeWorld({ useSse: false });
  world.watch('orders');
  await world.advance(50);
  world.hide();
  world.show();
  world.client.resetFallback();
  world.window.dispatchEvent(new Event('online'));
  world.document.dispatchEvent(new Event('resume'));
  await world.advance(600_000);
  assert.equal(world.sources.length, 0);
  assert.equal(world.state, 'disconnected');
  assert.deepEqual([world.transport.transport, world.transport.fallbackActive], ['polling', false]);
  assert.equal(world.client.isSseStatusEnabled(), false);
  assert.ok(world.polls.length > 200);
  assert.equal(world.fallbacks, 0);
});

test('an answer that comes after polling has ended is not shown', async () => {
  const world = new FakeWorld();
  await world.connect();
  let late;
  world.deafToAborts = true;
  world.answer = () => new Promise(resolve => (late = resolve));
  await world.exhaust();
  await world.advance(0);
  world.client.resetFallback();
  world.source.open();
  world.source.batch({ orders: 'paused' });
  late(ok({ orders: 'active' }));
  await world.advance(100);
  assert.equal(world.status('orders').status, 'paused');
});

test('a refused poll says why', async () => {
  const world = new FakeWorld({ useSse: false });
  world.answer = () => response(400, { title: 'Bad Request', detail: 'The id "a b" is malformed.' });
  world.watch('orders');
  await world.advance(100);
  assert.equal(world.transport.pollingProblem, 'The id "a b" is malformed.');
  world.answer = ids => ok(Object.fromEntries(ids.map(id => [id, 'active'])));
  await world.advance(5000);
  assert.equal(world.transport.pollingProblem, undefined);
});
