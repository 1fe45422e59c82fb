import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from './fakes/clock.js';
import { FakeBrowser } from './fakes/browser.js';

/** A browser whose tabs watch these, with a stream that has delivered. */
async function browserOf(...watched) {
  const browser = new FakeBrowser();
  for (const ids of watched) browser.tab().watch(...ids);
  await browser.serve();
  return browser;
}

test('twelve visible tabs share one stream for the union of what they watch', async () => {
  const browser = await browserOf(...Array.from({ length: 12 }, (_, index) => [`p${index}`, 'orders']));
  assert.equal(browser.live.length, 1);
  assert.equal(browser.sources.length, 1);
  assert.equal(new Set(browser.live[0].ids).size, 13);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
  assert.ok(browser.tabs.every(tab => tab.status('orders').freshness === 'fresh'));
});

test('each tab gets only what it watches', async () => {
  const browser = await browserOf(['orders', 'billing'], ['billing']);
  const [first, second] = browser.tabs;
  assert.ok(first.lines.includes('[SSE Manager] Batch update: 2 pipelines'));
  assert.ok(second.lines.includes('[SSE Manager] Batch update: 1 pipelines'));
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-2');
  browser.live[0].send('status_update', { pipelineId: 'billing', status: 'failed' }, 'e-3');
  browser.live[0].send('error', { code: 'backend_unavailable', message: 'm', pipelineId: 'orders' });
  await settle();
  assert.equal(first.status('orders').staleReason, 'backend_unavailable');
  assert.equal(first.status('billing').status, 'failed');
  assert.equal(second.status('billing').status, 'failed');
  assert.ok(!second.lines.some(line => line.includes('orders')));
});

test('a tab that comes later and watches nothing new is told at once, without another stream', async () => {
  const browser = await browserOf(['orders', 'billing']);
  browser.live[0].send('status_update', { pipelineId: 'billing', status: 'paused' }, 'e-2');
  browser.live[0].send('error', { code: 'backend_unavailable', message: 'm', pipelineId: 'orders' });
  const late = browser.tab();
  late.watch('orders', 'billing');
  await browser.advance(200);
  assert.equal(browser.sources.length, 1);
  assert.equal(late.state, 'connected');
  assert.deepEqual([late.status('billing').status, late.status('billing').freshness], ['paused', 'fresh']);
  assert.equal(late.status('orders').staleReason, 'backend_unavailable');
});

test('a tab that watches something new makes one watch request, and nothing stale for the others', async () => {
  const browser = await browserOf(['orders']);
  const heard = browser.tabs[0].watch('orders').heard;
  browser.tab().watch('billing');
  await browser.advance(300);
  assert.equal(browser.sources.length, 1);
  assert.deepEqual(browser.tabs[0].requests.map(({ add, remove }) => [add, remove]), [[['billing'], []]]);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
  assert.equal(browser.tabs[1].status('billing').freshness, 'fresh');
  assert.ok(heard.every(snapshot => snapshot.freshness === 'fresh'));
});

test('what the first batch of the next stream does not name is not told to a tab that comes later', async () => {
  const browser = await browserOf(['orders', 'billing']);
  browser.live[0].breakOff();
  await browser.advance(1300);
  browser.live[0].open();
  browser.live[0].batch({ billing: 'active' }, 'e-3');
  const late = browser.tab();
  late.watch('orders', 'billing');
  await browser.advance(200);
  assert.deepEqual([late.status('orders')?.freshness, late.status('billing').freshness], [undefined, 'fresh']);
});

test('when the leading tab is hidden, another one leads within two seconds, from where it left off', async () => {
  const browser = await browserOf(['orders'], ['orders', 'billing']);
  const [first, second] = browser.tabs;
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-7');
  await settle();
  assert.equal(browser.leader, first);
  first.hide();
  await browser.advance(200);
  assert.equal(browser.leader, second);
  assert.match(browser.live[0].url, /lastEventId=e-7/);
  assert.equal(second.state, 'connected');
  assert.equal(second.status('orders').freshness, 'fresh');
  await browser.serve({ orders: 'paused' });
  await browser.advance(5000);
  assert.equal(second.status('orders').freshness, 'fresh');
  assert.equal(second.transport.attempt, 0);
});

test('the next leader goes on from the last event, also of pipelines it does not watch', async () => {
  const browser = await browserOf(['orders'], ['billing']);
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-9');
  await settle();
  browser.tabs[0].hide();
  await browser.advance(200);
  assert.match(browser.live[0].url, /pipelineIds=billing&watch=1&lastEventId=e-9/);
});

test('when the leading tab crashes without a word, another one leads', async () => {
  const browser = await browserOf(['orders'], ['orders']);
  const [first, second] = browser.tabs;
  first.crash();
  first.source.close();
  await browser.advance(2000);
  assert.equal(second.live.length, 1);
});

test('what a crashed tab watched is dropped after two heartbeats', async () => {
  const browser = await browserOf(['orders'], ['billing']);
  browser.tabs[1].crash();
  for (let beat = 0; beat < 2; beat++) {
    await browser.advance(30_000);
    browser.live[0].send('heartbeat', {});
    await settle();
  }
  await browser.serve();
  assert.deepEqual(browser.live[0].ids, ['orders']);
});

test('tabs that are there survive the roll calls', async () => {
  const browser = await browserOf(['orders'], ['billing'], ['invoices']);
  for (let beat = 0; beat < 10; beat++) {
    await browser.advance(30_000);
    browser.live[0].send('heartbeat', {});
    await settle();
  }
  assert.equal(browser.sources.length, 1);
  assert.equal(browser.live[0].ids.length, 3);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
});

test('with no tab visible there is no stream, and one is back when a tab is', async () => {
  const browser = await browserOf(['orders'], ['billing']);
  browser.tabs.forEach(tab => tab.hide());
  await browser.advance(60_000);
  assert.equal(browser.live.length, 0);
  browser.tabs[1].show();
  await browser.serve();
  assert.deepEqual(browser.live[0].ids, ['billing']);
  assert.equal(browser.tabs[1].state, 'connected');
});

test('a broken stream is broken for all, and one tab brings it back for all', async () => {
  const browser = await browserOf(['orders'], ['orders'], ['billing']);
  browser.live[0].breakOff();
  await settle();
  assert.ok(browser.tabs.every(tab => tab.state === 'reconnecting'));
  assert.ok(browser.tabs.every(tab => [...['orders', 'billing']].every(id => tab.status(id)?.freshness !== 'fresh')));
  await browser.advance(1300);
  await browser.serve();
  assert.equal(browser.live.length, 1);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
});

test('a draining server is left by all tabs, and found again by one stream', async () => {
  const browser = await browserOf(['orders'], ['billing']);
  await browser.advance(6000);
  browser.live[0].send('error', { code: 'server_draining', message: 'm' });
  await settle();
  assert.equal(browser.live.length, 0);
  await browser.advance(600);
  await browser.serve();
  assert.equal(browser.live.length, 1);
  assert.ok(browser.tabs.every(tab => tab.state === 'connected'));
});

test('tabs that come one by one are told of four times a second at most, on one stream', async () => {
  const browser = await browserOf(['orders']);
  for (let index = 0; index < 20; index++) {
    browser.tab().watch(`p${index}`);
    await browser.advance(100);
  }
  await browser.advance(1000);
  const { requests } = browser.tabs[0];
  assert.equal(browser.sources.length, 1);
  assert.ok(requests.length <= 9, `${requests.length} watch requests`);
  assert.ok(requests.slice(1).every((request, index) => request.at - requests[index].at >= 250));
  assert.equal(browser.live[0].ids.length, 21);
  assert.ok(browser.tabs.every((tab, index) => tab.state === 'connected' && tab.status(index ? `p${index - 1}` : 'orders').freshness === 'fresh'));
});

test('a batch that was asked for before a tab came tells that tab nothing', async () => {
  const browser = await browserOf(['orders'], ['billing']);
  const [first, second] = browser.tabs;
  first.hide();
  // The next leader has its stream before the third tab has said that it watches something else.
  await browser.advance(150);
  const late = browser.tab();
  late.client.seed('invoices', 'paused');
  late.watch('invoices');
  await browser.advance(60);
  browser.live[0].open();
  browser.live[0].batch({ billing: 'active' });
  await settle();
  assert.equal(second.state, 'connected');
  assert.equal(late.status('invoices').freshness, 'stale');
  await browser.serve();
  assert.equal(late.status('invoices').freshness, 'fresh');
});

test('where channels are forbidden, every tab has a stream of its own', async () => {
  const browser = new FakeBrowser();
  const forbidden = () => {
    throw new DOMException('no channels here', 'SecurityError');
  };
  const tab = browser.tab({ openChannel: forbidden });
  tab.watch('orders');
  await browser.advance(2000);
  assert.equal(tab.live.length, 1);
  tab.source.open();
  tab.source.batch({ orders: 'paused' });
  assert.equal(tab.state, 'connected');
  assert.equal(tab.status('orders').status, 'paused');
});

test('a tab that has seen more than a stream that is being opened will tell waits for the next one', async () => {
  const browser = await browserOf(['orders']);
  const [first] = browser.tabs;
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-10');
  first.hide();
  const second = browser.tab();
  second.watch('orders');
  await browser.advance(200);
  first.show();
  await browser.advance(10);
  // A replica that lags behind: nobody told it of e-10.
  browser.live[0].open();
  browser.live[0].batch({ orders: 'active' }, 'e-7');
  await browser.advance(10);
  assert.equal(first.status('orders').status, 'paused');
  await browser.advance(600);
  assert.match(browser.live[0].url, /lastEventId=e-10/);
});

test('a tab that has seen more than the stream has told is not told anything older', async () => {
  const browser = await browserOf(['orders']);
  const [first] = browser.tabs;
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-10');
  first.hide();
  const second = browser.tab();
  second.watch('orders');
  await browser.advance(200);
  // A replica that lags behind: nobody told it of e-10.
  browser.live[0].open();
  browser.live[0].batch({ orders: 'active' }, 'e-7');
  first.show();
  await browser.advance(10);
  // Once more, and the stream goes on meanwhile: it is still behind.
  first.hide();
  first.show();
  await browser.advance(10);
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'failed' }, 'e-8');
  await browser.advance(600);
  assert.equal(first.status('orders').status, 'paused');
  assert.match(browser.live[0].url, /lastEventId=e-10/);
  await browser.serve({ orders: 'paused' });
  assert.ok(browser.tabs.every(tab => tab.status('orders').status === 'paused' && tab.state === 'connected'));
});
