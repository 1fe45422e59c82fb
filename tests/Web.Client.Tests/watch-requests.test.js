import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBrowser } from './fakes/browser.js';
import { FakeWorld, response, settle } from './fakes/world.js';

/** A tab that streams `orders` from a server that takes watch requests. */
async function connected(options) {
  const world = new FakeWorld(options);
  const watching = await world.connect();
  return { world, ...watching };
}

const changes = world => world.requests.map(({ add, remove }) => [add, remove]);

/** Opens the stream that replaces another one. */
function greet(world) {
  world.source.open();
  world.source.batch(Object.fromEntries(world.source.ids.map(id => [id, 'active'])), 'e-2');
}

test('the handle of the stream goes with the request, to the stream\'s address and one segment more, and into no line or address', async () => {
  const { world } = await connected();
  const { handle } = world.source;
  world.watch('billing');
  await world.advance(50);
  const [{ url, stream, revision }] = world.requests;
  assert.deepEqual([url, stream, revision], ['/ui-api/pipeline/status/stream/watch', handle, 1]);
  assert.ok(![...world.lines, ...world.sources.map(source => source.url)].some(text => text.includes(handle)));
});

test('an endpoint with a query keeps it', async () => {
  const { world } = await connected({ config: { endpoint: '/hub/status/stream?tenant=a' } });
  world.watch('billing');
  await world.advance(50);
  assert.equal(world.requests[0].url, '/hub/status/stream/watch?tenant=a');
});

test('what comes and what goes is told in one request, and on the console', async () => {
  const { world, stop } = await connected();
  world.watch('billing', 'invoices');
  stop();
  await world.advance(50);
  assert.deepEqual(changes(world), [[['billing', 'invoices'], ['orders']]]);
  assert.ok(world.lines.includes('[SSE Manager] Watch request 1: 2 added, 1 removed'));
  assert.equal(world.sources.length, 1);
});

test('requests are four a second at most, and never two at a time', async () => {
  const { world } = await connected();
  const answers = [];
  world.answerWatch = (request, source) => new Promise(resolve => answers.push(() => {
    source.take(request, () => 'active');
    resolve(response(202, {}));
  }));
  for (let index = 0; index < 4; index++) {
    world.watch(`p${index}`);
    await world.advance(300);
  }
  assert.deepEqual(changes(world), [[['p0'], []]]);
  answers[0]();
  await world.advance(0);
  assert.deepEqual(changes(world).slice(1), [[['p1', 'p2', 'p3'], []]]);
  answers[1]();
  world.watch('last');
  await world.advance(100);
  assert.equal(world.requests.length, 2);
  await world.advance(150);
  assert.deepEqual(world.requests.map(({ revision }) => revision), [1, 2, 3]);
  assert.equal(world.sources.length, 1);
});

test('a request whose acknowledgement has come holds up no other, though its answer is lost', async () => {
  const { world } = await connected();
  world.answerWatch = (request, source) => {
    source.take(request, () => 'active');
    return new Promise(() => {});
  };
  world.watch('billing');
  await world.advance(50);
  world.watch('invoices');
  await world.advance(10_000);
  assert.deepEqual(changes(world), [[['billing'], []], [['invoices'], []]]);
  assert.equal(world.sources.length, 1);
});

test('what is watched while the stream is being opened is told after its name', async () => {
  const world = new FakeWorld();
  world.watch('orders');
  await world.advance(50);
  world.watch('billing');
  await world.advance(3000);
  assert.deepEqual([world.sources.length, world.requests.length], [1, 0]);
  world.source.open();
  world.source.batch({ orders: 'active' });
  await settle();
  assert.deepEqual(changes(world), [[['billing'], []]]);
  assert.equal(world.status('billing').freshness, 'fresh');
});

test('an acknowledgement names some pipelines, and leaves the others as they are', async () => {
  const { world } = await connected();
  world.truth = { billing: 'paused' };
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual(['orders', 'billing'].map(id => [world.status(id).status, world.status(id).freshness]), [['active', 'fresh'], ['paused', 'fresh']]);
});

test('a pipeline added that the server knows nothing of is not fresh, and its error follows', async () => {
  const { world } = await connected();
  world.truth = { nowhere: '' };
  world.watch('nowhere');
  await world.advance(50);
  assert.notEqual(world.status('nowhere')?.freshness, 'fresh');
  world.source.send('error', { code: 'pipeline_not_found', message: 'm', pipelineId: 'nowhere' });
  assert.equal(world.status('nowhere').staleReason, 'pipeline_not_found');
});

test('what the stream still says of a pipeline before its request is acknowledged makes it no fresher', async () => {
  const { world, stop } = await connected({});
  world.watch('billing');
  await world.advance(300);
  stop();
  await world.advance(50);
  world.answerWatch = () => response(202, {});
  world.watch('orders');
  await world.advance(300);
  // Sent before the server had heard that it was watched no more.
  world.source.send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-2');
  assert.notEqual(world.status('orders')?.freshness, 'fresh');
});

test('a pipeline that is let go and watched again before the server has heard of it is told anew', async () => {
  const { world } = await connected();
  const billing = world.watch('billing');
  await world.advance(50);
  billing.stop();
  await world.advance(60);
  world.watch('billing');
  await world.advance(1000);
  assert.deepEqual(changes(world), [[['billing'], []], [['billing'], ['billing']]]);
  assert.equal(world.status('billing').freshness, 'fresh');
});

test('a 404 makes one other stream at once, which keeps what is known', async () => {
  const { world, heard } = await connected();
  world.answerWatch = () => response(404, {});
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual([world.sources.length, world.live.length], [2, 1]);
  assert.match(world.source.url, /pipelineIds=orders,billing&watch=1&lastEventId=e-1/);
  greet(world);
  assert.ok(heard.every(({ freshness }) => freshness === 'fresh'));
  assert.deepEqual([world.state, world.transport.attempt, world.status('billing').freshness], ['connected', 0, 'fresh']);
});

for (const [status, headers, wait] of [[503, {}, 1000], [400, {}, 1000], [403, {}, 1000]]) {
  test(`after a ${status} the same is asked ${wait} ms later, and when that is refused too, another stream`, async () => {
    const { world } = await connected();
    world.answerWatch = () => response(status, {}, headers);
    world.watch('billing');
    await world.advance(50 + wait - 1);
    assert.equal(world.requests.length, 1);
    await world.advance(1);
    assert.deepEqual(changes(world), [[['billing'], []], [['billing'], []]]);
    assert.equal(world.requests[1].revision, 2);
    assert.equal(world.sources.length, 2);
  });
}

test('a server that has too much to do is asked later, as it says, and not for another stream as well', async () => {
  const { world } = await connected();
  const { answerWatch } = world;
  world.answerWatch = () => response(429, {}, { 'retry-after': '3' });
  world.watch('billing');
  await world.advance(50);
  for (let again = 2; again <= 5; again++) {
    await world.advance(2999);
    assert.equal(world.requests.length, again - 1);
    await world.advance(1);
    assert.equal(world.requests.length, again);
  }
  world.answerWatch = answerWatch;
  await world.advance(3000);
  assert.deepEqual(world.requests.map(({ revision }) => revision), [1, 2, 3, 4, 5, 6]);
  assert.deepEqual([world.sources.length, world.state, world.status('billing').freshness], [1, 'connected', 'fresh']);
});

test('a server that always has too much to do is asked for another stream in the end', async () => {
  const { world } = await connected();
  world.answerWatch = () => response(429, {});
  world.watch('billing');
  await world.advance(10_000);
  assert.deepEqual([world.requests.length, world.sources.length], [6, 2]);
});

test('after a 409 the next revision is above the one that the server names', async () => {
  const { world } = await connected();
  const { answerWatch } = world;
  world.answerWatch = () => response(409, { revision: 7 });
  world.watch('billing');
  await world.advance(50);
  world.answerWatch = answerWatch;
  await world.advance(250);
  assert.deepEqual(world.requests.map(({ revision }) => revision), [1, 8]);
  assert.deepEqual([world.sources.length, world.status('billing').freshness], [1, 'fresh']);
});

test('after a 413 less is told at a time', async () => {
  const { world } = await connected();
  const ids = Array.from({ length: 5000 }, (_, index) => `p${index}`.padEnd(100, 'x'));
  const { answerWatch } = world;
  world.answerWatch = request => request.bytes > 500_000 ? response(413, {}) : answerWatch(request, world.source);
  world.watch(...ids);
  await world.advance(2000);
  assert.ok(ids.every(id => world.status(id)?.freshness === 'fresh'));
  assert.equal(world.sources.length, 1);
});

test('a server that cannot be reached by requests is asked for another stream', async () => {
  const { world } = await connected();
  world.answerWatch = () => {
    throw new TypeError('network');
  };
  world.watch('billing');
  await world.advance(50);
  assert.equal(world.sources.length, 2);
  assert.ok(world.lines.includes('[SSE Manager] Replacing the stream: A watch request was not answered.'));
});

test('a request that the stream does not acknowledge for five seconds makes another stream', async () => {
  const { world } = await connected();
  world.answerWatch = () => response(202, {});
  world.watch('billing');
  await world.advance(50 + 4999);
  assert.equal(world.sources.length, 1);
  await world.advance(1);
  assert.equal(world.sources.length, 2);
});

test('where watch requests fail again, what the address names is streamed and left alone', async () => {
  const { world } = await connected();
  world.answerWatch = () => response(404, {});
  world.client.show([]);
  await world.advance(50);
  greet(world);
  await world.advance(30_000);
  assert.deepEqual([world.sources.length, world.requests.length, world.state], [2, 2, 'connected']);
});

test('where watch requests fail again and the address has no room, attempts are used up, and everything is polled', async () => {
  const world = new FakeWorld();
  const ids = Array.from({ length: 600 }, (_, index) => `p${index}`);
  world.answerWatch = () => response(404, {});
  world.watch(...ids);
  for (let second = 0; second < 120; second++) {
    await world.advance(1000);
    if (world.source.readyState === 0) greet(world);
  }
  assert.equal(world.transport.transport, 'polling');
  assert.ok(ids.every(id => world.status(id).freshness === 'fresh'));
});

test('a stream that breaks takes its requests with it', async () => {
  const { world } = await connected();
  world.answerWatch = () => new Promise(() => {});
  world.watch('billing');
  await world.advance(50);
  world.source.breakOff();
  assert.equal(world.state, 'reconnecting');
  await world.advance(1000);
  assert.deepEqual(world.source.ids, ['orders', 'billing']);
  greet(world);
  await world.advance(10_000);
  assert.deepEqual([world.sources.length, world.requests.length], [2, 1]);
});

test('what is added during a stall is in doubt like the rest, and the stall goes on', async () => {
  const { world } = await connected();
  world.source.send('error', { code: 'polling_stalled', message: 'm' });
  world.watch('billing');
  await world.advance(50);
  assert.deepEqual(['orders', 'billing'].map(id => world.status(id).staleReason), ['polling_stalled', 'polling_stalled']);
  assert.deepEqual([world.transport.stalled, world.status('billing').confirmedAt], [true, undefined]);
  world.source.batch({ orders: 'active', billing: 'active' });
  assert.deepEqual(['orders', 'billing'].map(id => world.status(id).freshness), ['fresh', 'fresh']);
});

test('a tab that goes takes its pipelines with it, and one that comes back is told them anew', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  browser.tab().watch('billing');
  await browser.serve();
  const [first, second] = browser.tabs;
  second.hide();
  await browser.advance(300);
  assert.deepEqual(browser.live[0].ids, ['orders']);
  first.truth = { billing: 'paused' };
  second.show();
  await browser.advance(300);
  assert.deepEqual([second.status('billing').status, second.status('billing').freshness], ['paused', 'fresh']);
  assert.equal(browser.sources.length, 1);
});

test('a tab that begins to watch what another one watches is told at once, without a request', async () => {
  const browser = new FakeBrowser();
  browser.tab().watch('orders');
  browser.tab().watch('billing');
  await browser.serve();
  const [first, second] = browser.tabs;
  browser.live[0].send('status_update', { pipelineId: 'orders', status: 'paused' }, 'e-2');
  browser.live[0].send('error', { code: 'backend_unavailable', message: 'm', pipelineId: 'orders' });
  second.watch('orders');
  await browser.advance(60);
  assert.deepEqual([second.status('orders').status, second.status('orders').staleReason], ['paused', 'backend_unavailable']);
  assert.equal(second.status('billing').freshness, 'fresh');
  await browser.advance(1000);
  assert.equal(first.requests.length, 0);
});

test('when a watch request of the leader fails, no tab sees a status go stale', async () => {
  const browser = new FakeBrowser();
  const heard = browser.tab().watch('orders').heard;
  await browser.serve();
  const [first] = browser.tabs;
  first.answerWatch = () => response(404, {});
  browser.tab().watch('billing');
  await browser.advance(300);
  await browser.serve();
  assert.equal(browser.sources.length, 2);
  assert.ok(heard.every(({ freshness }) => freshness === 'fresh'));
  assert.equal(browser.tabs[1].status('billing').freshness, 'fresh');
});

test('that all of it is on the screen need not be said as long as nothing else was', async () => {
  const { world } = await connected();
  world.client.show(['orders']);
  await world.advance(1000);
  assert.equal(world.requests.length, 0);
  world.client.show([]);
  await world.advance(1000);
  world.client.show(['orders']);
  await world.advance(1000);
  assert.deepEqual(world.requests.length, 2);
});
