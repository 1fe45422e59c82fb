import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, quiet, state, Tabs } from './fakes/tabs.js';
import { response, settle } from './fakes/world.js';

/** Each way in which people turn out to be signed out: what happens to tabs that stream, or poll. */
const ways = {
  'an open stream says so': {
    happen: async ({ browser }) => {
      browser.live[0].send('error', { code: 'signed_out', message: 'The session has ended.' });
      await settle();
    },
    costs: 0,
  },
  'the next stream is refused': {
    happen: async tabs => {
      tabs.browser.live[0].breakOff();
      await tabs.live(3);
    },
    costs: 2,
  },
  'a watch request is refused': {
    happen: async ({ browser }) => {
      browser.tabs.at(-1).watch('another');
      await browser.advance(400);
    },
    costs: 1,
  },
  'the browser believes to be offline, and the server is looked for': {
    happen: async ({ browser }) => {
      browser.tabs[0].window.dispatchEvent(new Event('offline'));
      await settle();
    },
    costs: 1,
  },
  'a stream brings nothing, and is polled beside': {
    happen: async tabs => {
      const { browser } = tabs;
      tabs.knows = true;
      browser.live[0].breakOff();
      await browser.advance(1500);
      tabs.knows = false;
      await browser.advance(11_000);
    },
    costs: 6,
  },
  'another request of the page was answered 401': {
    happen: async ({ browser }) => {
      browser.tabs[0].client.reportSignedOut();
      await settle();
    },
    costs: 0,
  },
};

for (const [way, { happen, costs }] of Object.entries(ways)) {
  for (const count of [1, 2, 5]) {
    const who = count === 1 ? 'a tab by itself' : `the leader of ${count} tabs and those that follow`;
    test(`signed out, as ${way}: ${who} ask at most ${costs} times, and then send nothing for an hour`, async () => {
      const tabs = await Tabs.watching(count);
      const { sent } = tabs;
      tabs.knows = false;
      await happen(tabs);
      assert.ok(tabs.sent - sent <= costs, `${tabs.sent - sent} requests`);
      for (const tab of tabs.all) assert.deepEqual(state(tab), quiet);
      const asked = tabs.sent;
      await tabs.browser.advance(hour);
      assert.deepEqual([tabs.sent, tabs.browser.live.length], [asked, 0]);
      assert.deepEqual(tabs.all.map(tab => [...state(tab), tab.fallbacks, tab.transport.attempt]), tabs.all.map(() => [...quiet, 0, 0]));
    });
  }

  for (const [who, pick] of [['the tab that led', browser => browser.tabs[0]], ['one that followed', browser => browser.tabs[2]]]) {
    test(`signed out, as ${way}, and in again: when ${who} is shown again, all are right`, async () => {
      const tabs = await Tabs.watching(3);
      tabs.knows = false;
      await happen(tabs);
      tabs.knows = true;
      const { sent } = tabs;
      const shown = pick(tabs.browser);
      shown.hide();
      shown.show();
      await tabs.live(2);
      for (const tab of tabs.all) {
        assert.deepEqual([tab.state, tab.transport.problem, tab.status('orders').freshness], ['connected', undefined, 'fresh']);
      }
      assert.equal(tabs.browser.live.length, 1);
      assert.ok(tabs.sent - sent <= 3, `${tabs.sent - sent} requests`);
    });

    test(`signed out, as ${way}, and still so: when ${who} is shown again, it asks once, and the others not at all`, async () => {
      const tabs = await Tabs.watching(3);
      tabs.knows = false;
      await happen(tabs);
      const { sent } = tabs;
      const shown = pick(tabs.browser);
      shown.hide();
      shown.show();
      await tabs.live(60);
      assert.equal(tabs.sent - sent, 2, 'a stream, and a poll that asks why there is none');
      for (const tab of tabs.all) assert.deepEqual(state(tab), quiet);
    });
  }
}

test('twenty tabs that poll ask once, all together, and when one is signed in again, all poll', async () => {
  const tabs = await Tabs.watching(20, { useSse: false });
  tabs.knows = false;
  const { sent } = tabs;
  while (tabs.sent === sent) await tabs.browser.advance(10);
  await tabs.browser.advance(1000);
  // Polls that were on their way already are answered alike.
  const asked = tabs.sent;
  assert.ok(asked - sent <= 2, `${asked - sent} polls`);
  await tabs.browser.advance(hour);
  assert.equal(tabs.sent, asked);
  for (const tab of tabs.all) assert.deepEqual(state(tab), quiet);
  tabs.knows = true;
  tabs.all[7].hide();
  tabs.all[7].show();
  await tabs.browser.advance(1000);
  for (const tab of tabs.all) assert.deepEqual([tab.state, tab.transport.problem, tab.status('orders').freshness], ['disconnected', undefined, 'fresh']);
});

test('signed out during the fallback: neither polls nor quiet attempts go on', async () => {
  const tabs = await Tabs.watching(1);
  const [tab] = tabs.all;
  await tab.exhaust();
  await tab.advance(5000);
  assert.deepEqual([tab.transport.fallbackActive, tab.fallbacks], [true, 1]);
  tabs.knows = false;
  await tab.advance(5000);
  const { sent } = tabs;
  await tab.advance(hour);
  assert.deepEqual([tabs.sent, ...state(tab)], [sent, ...quiet]);
  tabs.knows = true;
  tab.client.resetFallback();
  await tabs.live(2);
  assert.deepEqual([tab.state, tab.transport.problem, tab.status('orders').freshness], ['connected', undefined, 'fresh']);
});

test('a tab that gives up at the first failure, and does not poll, asks why all the same', async () => {
  const tabs = await Tabs.watching(1, { config: { maxReconnectAttempts: 0, enablePollingFallback: false } });
  tabs.knows = false;
  const [tab] = tabs.all;
  tab.hide();
  tab.show();
  await tabs.live(2);
  assert.deepEqual([tab.polls.length, ...state(tab)], [1, ...quiet]);
});

test('a 403 is about one tab: others go on, and it is asked again when one of them begins', async () => {
  const tabs = await Tabs.watching(2, { useSse: false });
  const [first, second] = tabs.all;
  const { answer } = first;
  first.answer = () => response(403, {});
  await tabs.browser.advance(5000);
  assert.deepEqual(state(first), quiet);
  assert.equal(second.status('orders').freshness, 'fresh');
  first.answer = answer;
  second.hide();
  second.show();
  await tabs.browser.advance(100);
  assert.equal(first.status('orders').freshness, 'fresh');
});

test('a watch request that is answered 403 is made by another stream, and only that tells who is signed out', async () => {
  const tabs = await Tabs.watching(2);
  tabs.refusal = 403;
  tabs.knows = false;
  tabs.all[1].watch('another');
  await tabs.live(6);
  for (const tab of tabs.all) assert.deepEqual(state(tab), quiet);
  const { sent } = tabs;
  await tabs.browser.advance(hour);
  assert.equal(tabs.sent, sent);
});

test('a hidden tab that misses both words asks for itself when it is shown', async () => {
  const tabs = await Tabs.watching(2);
  const [leader, follower] = tabs.all;
  follower.hide();
  tabs.knows = false;
  tabs.browser.live[0].send('error', { code: 'signed_out', message: '' });
  await settle();
  assert.deepEqual(state(leader), quiet);
  const { sent } = tabs;
  follower.show();
  await tabs.live(3);
  assert.deepEqual(state(follower), quiet);
  assert.equal(tabs.sent - sent, 2);
  await tabs.browser.advance(hour);
  assert.equal(tabs.sent - sent, 2);
});

test('whoever is signed out, and then hidden, put to sleep or woken by the network that is back, is told nothing else', async () => {
  const tabs = await Tabs.watching(1);
  tabs.knows = false;
  await ways['an open stream says so'].happen(tabs);
  const [tab] = tabs.all;
  tab.browser;
  tabs.browser.clock.wallOffset += hour;
  await tab.advance(60_000);
  assert.deepEqual(state(tab), quiet);
  tab.hide();
  await tab.advance(60_000);
  assert.deepEqual(state(tab), quiet);
  tab.reconnect();
  await tabs.live(2);
  assert.deepEqual([tabs.sent, ...state(tab)], [tabs.sent, ...quiet]);
});

test('an attempt that meets no server is a broken connection, and goes on like one', async () => {
  const tabs = await Tabs.watching(1);
  tabs.knows = false;
  await ways['an open stream says so'].happen(tabs);
  const [tab] = tabs.all;
  tab.online = false;
  tab.hide();
  tab.show();
  await tabs.live(2);
  assert.deepEqual([tab.state, tab.status('orders').staleReason], ['reconnecting', 'connection_lost']);
  assert.notEqual(tab.transport.problem, 'signed_out');
  tab.online = tabs.knows = true;
  await tabs.live(8);
  assert.deepEqual([tab.state, tab.status('orders').freshness], ['connected', 'fresh']);
});

test('a new tab of people who have signed in again makes all others right, without being shown', async () => {
  const tabs = await Tabs.watching(3);
  tabs.knows = false;
  await ways['an open stream says so'].happen(tabs);
  await tabs.browser.advance(60_000);
  tabs.knows = true;
  tabs.open({}, 'orders');
  await tabs.live(2);
  for (const tab of tabs.all) assert.deepEqual([tab.state, tab.transport.problem, tab.status('orders').freshness], ['connected', undefined, 'fresh']);
  assert.equal(tabs.browser.live.length, 1);
});

test('where tabs cannot find each other, each asks for itself, and no more', async () => {
  const forbidden = () => {
    throw new DOMException('no channels here', 'SecurityError');
  };
  const tabs = await Tabs.watching(2, { openChannel: forbidden });
  tabs.knows = false;
  for (const source of tabs.browser.live) source.breakOff();
  await tabs.live(3);
  const { sent } = tabs;
  for (const tab of tabs.all) assert.deepEqual([tab.polls.length, ...state(tab)], [1, ...quiet]);
  await tabs.browser.advance(hour);
  assert.equal(tabs.sent, sent);
});

test('a page that watches nothing is signed out by another of its requests, until it is shown again', async () => {
  const tabs = new Tabs();
  const tab = tabs.browser.tab();
  tab.client.reportSignedOut();
  assert.deepEqual([tab.state, tab.transport.problem], ['error', 'signed_out']);
  tab.hide();
  tab.show();
  await tabs.live(2);
  assert.deepEqual([tab.state, tab.transport.problem, tabs.sent], ['disconnected', undefined, 0]);
});
