import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hour, quiet, state, Tabs } from './fakes/tabs.js';
import { settle } from './fakes/world.js';

const tabsEach = 20;

const forbidden = () => {
  throw new DOMException('no channels here', 'SecurityError');
};

const streamsSaySo = tabs => {
  for (const source of tabs.browser.live) source.send('error', { code: 'signed_out', message: 'The session has ended.' });
};

const streamsBreak = tabs => {
  for (const source of tabs.browser.live) source.breakOff();
};

/** No stream opens, though polls are answered: the tabs fall back. */
const fallBack = async tabs => {
  streamsBreak(tabs);
  while (tabs.all.some(tab => !tab.transport.fallbackActive)) {
    await tabs.browser.advance(1000);
    tabs.refuse();
    await settle();
  }
};

const hideOdd = async tabs => {
  tabs.all.forEach((tab, index) => index % 2 === 1 && tab.hide());
  await tabs.live(2);
};

/** Ten people with twenty tabs each: what their browsers have, what happened before, and how many questions find it out. */
const people = {
  'whose stream says so': { asks: 0 },
  'whose stream breaks': { happen: streamsBreak, asks: 2 },
  'who poll': { options: { useSse: false }, asks: 2 },
  'half of whose tabs poll': { options: index => ({ useSse: index % 2 === 0 }), asks: 0 },
  'without an EventSource': { options: { eventSource: false }, asks: 2 },
  'without channels': { options: { openChannel: undefined }, asks: 0 },
  'whose channels are forbidden and whose streams break': { options: { openChannel: forbidden }, happen: streamsBreak, asks: 2 * tabsEach },
  'with an older server': { options: { isOlderServer: true }, happen: streamsBreak, asks: 2 },
  'who have fallen back': { before: fallBack, asks: 2 },
  'half of whose tabs are hidden': { before: hideOdd, asks: 0 },
};

test('two hundred tabs of people who are signed out: nothing a second once they know', async () => {
  const all = await Promise.all(Object.entries(people).map(async ([who, { options, before, happen = streamsSaySo, asks }]) => {
    const tabs = await Tabs.watching(tabsEach, options);
    await before?.(tabs);
    const { sent } = tabs;
    tabs.knows = false;
    happen(tabs);
    await tabs.live(10);
    assert.ok(tabs.sent - sent <= asks, `those ${who} ask ${tabs.sent - sent} times`);
    for (const tab of tabs.all) if (tab.visible) assert.deepEqual(state(tab), quiet, `those ${who}`);
    return tabs;
  }));
  assert.equal(all.flatMap(tabs => tabs.all).length, 200);
  const sent = all.map(tabs => tabs.sent);
  await Promise.all(all.map(tabs => tabs.browser.advance(hour)));
  assert.deepEqual(all.map(tabs => tabs.sent), sent);
  assert.equal(all.flatMap(tabs => tabs.browser.live).length, 0);
  for (const tab of all.flatMap(tabs => tabs.all)) if (tab.visible) assert.deepEqual(state(tab), quiet);
});
