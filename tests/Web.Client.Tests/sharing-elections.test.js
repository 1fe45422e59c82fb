import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';

/** A browser whose tabs watch these, with a stream that has delivered; the first tab has it. */
async function browserOf(...watched) {
  const browser = new FakeBrowser();
  for (const ids of watched) browser.tab().watch(...ids);
  await browser.serve();
  assert.equal(browser.leader, browser.tabs[0]);
  return browser;
}

test('a leader that stands still is passed over within two seconds, and follows when it goes on', async () => {
  const browser = await browserOf(['orders'], ['orders'], ['billing']);
  const [first, second, third] = browser.tabs;
  first.standStill();
  await browser.advance(2000);
  assert.equal(second.live.length + third.live.length, 1);
  await browser.serve({ orders: 'paused' });
  assert.deepEqual([second.status('orders').status, second.status('orders').freshness], ['paused', 'fresh']);
  assert.equal(third.status('billing').freshness, 'fresh');

  first.goOn();
  await browser.advance(200);
  assert.equal(browser.live.length, 1);
  assert.equal(first.live.length, 0);
  assert.deepEqual([first.state, first.status('orders').status, first.status('orders').freshness], ['connected', 'paused', 'fresh']);
});

test('what a leader that was passed over still hears is not told to the others', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  const [first, second] = browser.tabs;
  const old = first.source;
  first.standStill();
  old.send('status_update', { pipelineId: 'orders', status: 'pausing' }, 'e-2');
  await browser.advance(2000);
  second.source.open();
  second.source.batch({ orders: 'paused' }, 'e-3');
  first.goOn();
  await browser.advance(200);
  assert.equal(second.status('orders').status, 'paused');
  assert.ok(!second.lines.some(line => line.includes('pausing')));
});

test('a follower that stood still finds its leader where it was', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  const [first, second] = browser.tabs;
  second.standStill();
  await browser.advance(20_000);
  second.goOn();
  await browser.advance(2000);
  assert.equal(browser.sources.length, 1);
  assert.equal(browser.leader, first);
  assert.equal(second.state, 'connected');
});

test('a leader that is busy for half a second keeps the lead', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  const [first] = browser.tabs;
  for (let time = 0; time < 20; time++) {
    first.standStill();
    await browser.advance(500);
    first.goOn();
    await browser.advance(300);
  }
  assert.equal(browser.sources.length, 1);
});

test('a tab that comes while the leader stands still has a stream at once', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  browser.tabs[0].standStill();
  const late = browser.tab();
  late.watch('billing');
  await browser.advance(300);
  assert.equal(late.live.length, 1);
  await browser.serve();
  assert.equal(late.status('billing').freshness, 'fresh');
});

test('tabs that are opened together choose one', async () => {
  const browser = new FakeBrowser();
  for (let tab = 0; tab < 9; tab++) browser.tab().watch('orders');
  await browser.advance(400);
  assert.equal(browser.sources.length, 1);
});

test('when tabs have crashed one after the other, the last one has a stream within two seconds each time', async () => {
  const browser = await browserOf(['a'], ['a'], ['a'], ['a']);
  for (const tab of browser.tabs.slice(0, 3)) {
    tab.crash();
    tab.client.close();
    tab.sources.forEach(source => source.close());
    await browser.advance(2000);
    assert.equal(browser.live.length, 1);
    await browser.serve();
  }
  assert.equal(browser.tabs[3].status('a').freshness, 'fresh');
});

test('two that both believe to lead agree as soon as they hear each other', async () => {
  const browser = await browserOf(['orders'], ['orders'], ['orders']);
  const [first, second, third] = browser.tabs;
  first.standStill();
  await browser.advance(1300);
  second.standStill();
  await browser.advance(2000);
  assert.equal(third.live.length, 1);
  first.goOn();
  second.goOn();
  await browser.advance(300);
  assert.deepEqual(browser.tabs.map(tab => tab.live.length), [0, 0, 1]);
});

test('a leader alone in its browser says nothing to nobody', async () => {
  const browser = new FakeBrowser();
  const tab = browser.tab();
  tab.watch('orders');
  await browser.serve();
  const { posted } = browser;
  await browser.advance(10_000);
  assert.equal(browser.posted, posted);
});
