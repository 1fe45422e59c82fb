import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnnouncementQueue } from '../../artifacts/client/page/announcement-queue.js';
import { summarize } from '../../artifacts/client/page/change-summary.js';
import { ConnectionNews } from '../../artifacts/client/page/connection-news.js';
import { FakeClock } from './fakes/clock.js';

const lost = 'Connection lost. The statuses may be out of date; this page keeps trying.';
const polling = 'Live updates stopped; asking every 2 s instead.';
const changes = (count, status) => Array.from({ length: count }, (_, index) => ({ name: `${status}-${index}`, status }));

test('a few changes are told by name', () => {
  assert.equal(summarize([{ name: 'Orders', status: 'paused' }, { name: 'Billing', status: 'failed' }]), 'Orders: Paused. Billing: Failed.');
});

test('many changes are told as a sum, the most first, and failures before others of the same number', () => {
  assert.equal(summarize([...changes(26, 'failed'), ...changes(300, 'paused')]), '326 pipelines changed: 300 paused, 26 failed.');
  assert.equal(summarize([...changes(2, 'paused'), ...changes(2, 'failed')]), '4 pipelines changed: 2 failed, 2 paused.');
});

test('the first change is told after a second, with all that came in it', () => {
  const queue = new AnnouncementQueue();
  queue.changed('a', { name: 'A', status: 'paused' }, 0);
  queue.changed('b', { name: 'B', status: 'failed' }, 900);
  assert.equal(queue.take(999), '');
  assert.equal(queue.dueAt, 1000);
  assert.equal(queue.take(1000), 'A: Paused. B: Failed.');
  assert.equal(queue.dueAt, Infinity);
});

test('while changes go on they are told every five seconds, each pipeline once, with its last status', () => {
  const queue = new AnnouncementQueue();
  const told = [];
  for (let now = 0; now < 20_000; now += 100) {
    queue.changed('a', { name: 'A', status: now % 200 === 0 ? 'paused' : 'active' }, now);
    const text = queue.take(now);
    if (text) told.push([now, text]);
  }
  assert.deepEqual(told, [[1000, 'A: Paused.'], [6000, 'A: Paused.'], [11_000, 'A: Paused.'], [16_000, 'A: Paused.']]);
});

test('a sentence does not wait for changes, and takes those along whose turn it is', () => {
  const queue = new AnnouncementQueue();
  queue.changed('a', { name: 'A', status: 'paused' }, 0);
  queue.take(1000);
  queue.changed('a', { name: 'A', status: 'active' }, 1100);
  queue.say('Something.', 1200);
  assert.equal(queue.take(2200), 'Something.');
  assert.equal(queue.dueAt, 7200);
  queue.say('More.', 6500);
  assert.equal(queue.take(7500), 'More. A: Active.');
});

function follow() {
  const clock = new FakeClock();
  const told = [];
  const news = new ConnectionNews(clock, 2000, sentence => told.push(sentence));
  const facts = { state: 'connected', transport: { transport: 'sse', fallbackActive: false, pollingProblem: undefined }, online: true };
  return {
    told,
    clock,
    see: ({ state, online, ...transport }) => {
      if (state !== undefined) facts.state = state;
      if (online !== undefined) facts.online = online;
      Object.assign(facts.transport, transport);
      news.follow(structuredClone(facts));
    },
  };
}

test('an interruption of less than three seconds is no news', async () => {
  const { told, clock, see } = follow();
  see({ state: 'reconnecting' });
  await clock.advance(2900);
  see({ state: 'connected' });
  await clock.advance(60_000);
  assert.deepEqual(told, []);
});

test('a longer one is told once, whatever happens in it, and its end once it has lasted a second', async () => {
  const { told, clock, see } = follow();
  see({ state: 'reconnecting' });
  await clock.advance(3000);
  assert.deepEqual(told, [lost]);
  for (let turn = 0; turn < 5; turn++) {
    see({ state: 'connected' });
    await clock.advance(900);
    see({ state: 'reconnecting' });
    await clock.advance(5000);
  }
  assert.deepEqual(told, [lost]);
  see({ state: 'connected' });
  await clock.advance(1000);
  assert.deepEqual(told, [lost, 'The connection is back.']);
});

test('polling in the place of streams is told, that it fails too, and that live updates are back', async () => {
  const { told, clock, see } = follow();
  see({ state: 'error', transport: 'polling', fallbackActive: true });
  await clock.advance(10_000);
  see({ pollingProblem: 'no answer' });
  await clock.advance(10_000);
  see({ pollingProblem: undefined });
  await clock.advance(10_000);
  see({ state: 'connected', transport: 'sse', fallbackActive: false });
  await clock.advance(10_000);
  assert.deepEqual(told, [polling, lost, polling, 'Live updates are back.']);
});

test('a page that was told to poll says nothing of it, and of a lost connection as any other', async () => {
  const { told, clock, see } = follow();
  see({ state: 'disconnected', transport: 'polling' });
  await clock.advance(10_000);
  assert.deepEqual(told, []);
  see({ pollingProblem: 'no answer' });
  await clock.advance(10_000);
  see({ pollingProblem: undefined });
  await clock.advance(10_000);
  assert.deepEqual(told, [lost, 'The connection is back.']);
});

test('whoever is signed out is told so once, and not of a lost connection, and then that it is over', async () => {
  const { told, clock, see } = follow();
  see({ state: 'error', problem: 'signed_out' });
  await clock.advance(60_000);
  // Shown again, the page asks, and is signed out still.
  see({ state: 'connecting' });
  await clock.advance(500);
  see({ state: 'error' });
  await clock.advance(60_000);
  assert.deepEqual(told, ['You have been signed out. The statuses are no longer kept up to date; sign in again to see them live.']);
  see({ state: 'connected', problem: undefined });
  await clock.advance(1000);
  assert.deepEqual(told.slice(1), ['You are signed in again, and the statuses are up to date.']);
});

test('a hidden page has lost nothing, and one without a network has', async () => {
  const { told, clock, see } = follow();
  see({ state: 'disconnected' });
  await clock.advance(60_000);
  see({ state: 'connecting' });
  await clock.advance(60_000);
  see({ state: 'connected' });
  await clock.advance(60_000);
  assert.deepEqual(told, []);
  see({ state: 'disconnected', online: false });
  await clock.advance(3000);
  assert.deepEqual(told, [lost]);
});
