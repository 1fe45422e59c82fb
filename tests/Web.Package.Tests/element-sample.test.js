import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, beforeEach, test } from 'node:test';
import { StatusServer } from './fakes/status-server.js';
import { openBrowser, openPage } from './running/browser.js';
import { installSample, workplace } from './running/packed.js';
import { serve } from './running/site.js';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const statuses = { 'payments-ledger': 'active', 'price-updates': 'paused', 'invoices-eu': 'failed', 'orders-import': 'starting' };
let place, hub, site, browser;

before(async () => {
  place = await workplace();
  hub = await new StatusServer(statuses).start();
  await installSample('element', place.folder);
  site = await serve(place.folder, hub.url);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await hub?.stop();
  await place?.remove();
});

beforeEach(() => hub.reset(statuses));

async function visit(t, options) {
  const visited = await openPage(t, browser, `${site.url}/`, options);
  const { page } = visited;
  return {
    ...visited,
    element: (id, shown = {}) => page.locator(
      `pipeline-status[pipeline-id="${id}"]${Object.entries(shown).map(([name, value]) => `[data-${name}="${value}"]`).join('')}`),
    /** All that people read there. */
    text: id => page.locator(`pipeline-status[pipeline-id="${id}"] [part=base]`).evaluate(base => base.innerText.replace(/\s+/g, ' ').trim()),
  };
}

test('elements show what they are told, and each change', async t => {
  const { element, text, complaints } = await visit(t);
  await element('price-updates', { state: 'fresh', status: 'paused' }).waitFor();
  hub.change('price-updates', 'active');
  await element('price-updates', { state: 'fresh', status: 'active' }).waitFor();
  assert.equal(await text('price-updates'), 'Active');
  assert.deepEqual(complaints, []);
});

test('elements with the same endpoint share one client, and one stream', async t => {
  const { page, element } = await visit(t);
  await element('orders-import', { state: 'fresh' }).waitFor();
  const isSame = await page.evaluate(() => {
    const [one] = document.querySelectorAll('[pipeline-id=orders-import]');
    const other = document.body.appendChild(one.cloneNode());
    return one.snapshot === other.snapshot;
  });
  assert.ok(isSame);
  assert.equal(hub.opened, 1);
  assert.deepEqual(hub.watched, [...Object.keys(statuses), 'gone'].sort());
});

test('what nobody vouches for is said to be old in words, with the time when it was true', async t => {
  const { element, text } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  hub.change('price-updates', 'resuming');
  hub.stall();
  await element('price-updates', { state: 'stale', status: 'resuming' }).waitFor();
  assert.match(await text('price-updates'), /^Resuming may be out of date, last confirmed .*\d/);
  hub.recover();
  await element('price-updates', { state: 'fresh' }).waitFor();
  assert.equal(await text('price-updates'), 'Resuming');
});

test('what a stalled hub begins with is shown, and no time is said for it', async t => {
  hub.isStalled = true;
  const { element, text } = await visit(t);
  await element('price-updates', { state: 'stale', status: 'paused' }).waitFor();
  assert.equal(await text('price-updates'), 'Paused may be out of date');
});

test('a pipeline that does not exist is said to be none', async t => {
  const { element, text } = await visit(t);
  await element('gone', { state: 'not-found' }).waitFor();
  assert.equal(await text('gone'), 'Not found no such pipeline');
});

test('an element without the attribute says that it is missing, in the console too, and one that gets it right away does not', async t => {
  const { page, complaints } = await visit(t);
  const warned = page.waitForEvent('console', line => line.type() === 'warning');
  await page.evaluate(() => {
    const late = document.body.appendChild(document.createElement('pipeline-status'));
    late.pipelineId = 'price-updates';
    document.body.insertAdjacentHTML('beforeend', '<pipeline-status id="orders"></pipeline-status>');
  });
  await warned;
  assert.match(await page.locator('#orders [part=note]').innerText(), /pipeline-id is missing/);
  assert.equal(complaints.length, 1);
  assert.match(complaints[0], /^<pipeline-status>: the attribute pipeline-id is missing/);
});

test('before the first word an element says that it connects', async t => {
  hub.isSilent = true;
  const { element, text } = await visit(t);
  await element('price-updates', { state: 'connecting' }).waitFor();
  assert.equal(await text('price-updates'), 'Connecting…');
});

test('a status that cannot be had is said to be unavailable, until it can', async t => {
  hub.refuses = true;
  const { element, text } = await visit(t);
  await element('price-updates', { state: 'unavailable' }).waitFor();
  assert.equal(await text('price-updates'), 'Unavailable no connection');
  hub.refuses = false;
  await element('price-updates', { state: 'fresh', status: 'paused' }).waitFor();
});

test('people who are signed out are told so by each element, and when they are in again all is right', async t => {
  const { page, element, text } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  await page.evaluate(() => document.addEventListener('pipeline-status-change', ({ detail }) => (window.told = detail)));
  hub.signOut();
  await element('price-updates', { state: 'stale', status: 'paused', reason: 'signed_out' }).waitFor();
  assert.match(await text('price-updates'), /^Paused signed out, last confirmed .*\d/);
  assert.equal(await page.evaluate(() => window.told.reason), 'signed_out');
  assert.equal(hub.opened, 1);
  hub.isSignedOut = false;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await element('price-updates', { state: 'fresh', status: 'paused' }).waitFor();
  assert.equal(await page.locator('pipeline-status[data-reason=signed_out]').count(), 0);
});

test('another pipeline in the attribute is another one watched, on the same stream', async t => {
  const { page, element } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  hub.statuses.set('new-run', 'stopping');
  await page.evaluate(() => document.querySelector('[pipeline-id=price-updates]').setAttribute('pipeline-id', 'new-run'));
  await element('new-run', { state: 'fresh', status: 'stopping' }).waitFor();
  await hub.until(({ watched }) => !watched.includes('price-updates'));
  assert.equal(hub.opened, 1);
});

test('another endpoint in the attribute is another hub', async t => {
  const { page, element } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  await page.evaluate(other => (document.querySelector('[pipeline-id=price-updates]').endpoint = other), `/ui-api/other/status/stream`);
  await hub.until(({ streams }) => streams.size === 2);
  assert.deepEqual([...hub.streams].map(({ ids }) => ids.size), [4, 1]);
});

test('an element that is moved goes on as it is, and one that is gone is watched no more', async t => {
  const { page, element } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  const states = await page.evaluate(() => {
    const [moved] = document.querySelectorAll('[pipeline-id=price-updates]');
    document.querySelector('main').append(moved);
    return moved.dataset.state;
  });
  assert.equal(states, 'fresh');
  await page.evaluate(() => document.querySelector('tbody').remove());
  await hub.until(({ watched }) => watched.join() === 'payments-ledger,price-updates');
  await page.evaluate(() => document.querySelector('main').remove());
  await hub.until(({ streams }) => streams.size === 0);
  assert.equal(hub.opened, 1);
});

test('an element tells the page what it shows', async t => {
  const { page, element } = await visit(t);
  await element('price-updates', { state: 'fresh' }).waitFor();
  await page.evaluate(() => document.addEventListener('pipeline-status-change', ({ detail }) => (window.told = detail)));
  hub.change('price-updates', 'resuming');
  const { pipelineId, state, snapshot } = await (await page.waitForFunction(() => window.told)).jsonValue();
  assert.deepEqual([pipelineId, state, snapshot.status, snapshot.previousStatus], ['price-updates', 'fresh', 'resuming', 'paused']);
});

test('only an element that is to announce its changes is a live region, and says of what it speaks', async t => {
  const { page, element } = await visit(t);
  await element('payments-ledger', { state: 'fresh' }).waitFor();
  const regions = await page.evaluate(() => [...document.querySelectorAll('pipeline-status')]
    .filter(({ shadowRoot }) => shadowRoot.querySelector('[role=status], [aria-live]')).map(({ pipelineId }) => pipelineId));
  assert.deepEqual(regions, ['payments-ledger']);
  assert.match(await page.getByRole('status').ariaSnapshot(), /Ledger: Active/);
  await page.evaluate(() => document.querySelector('[announce]').removeAttribute('announce'));
  assert.equal(await page.getByRole('status').count(), 0);
});

for (const colorScheme of ['light', 'dark']) {
  test(`the page has no faults that axe finds, in ${colorScheme} colours, live and stalled`, async t => {
    const { page, element } = await visit(t, { colorScheme });
    await element('gone', { state: 'not-found' }).waitFor();
    await page.addScriptTag({ path: axe });
    const faults = () => page.evaluate(async () => (await window.axe.run()).violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]));
    assert.deepEqual(await faults(), []);
    hub.stall();
    await element('orders-import', { state: 'stale' }).waitFor();
    assert.deepEqual(await faults(), []);
  });
}

test('a page may style the parts, and the colour of a status', async t => {
  const { page, element } = await visit(t, { colorScheme: 'light' });
  await element('payments-ledger', { state: 'fresh' }).waitFor();
  const styles = await page.evaluate(() => {
    const root = document.querySelector('[pipeline-id=payments-ledger]').shadowRoot;
    const style = part => getComputedStyle(root.querySelector(`[part=${part}]`));
    return [style('marker').backgroundColor, style('note').fontStyle];
  });
  assert.deepEqual(styles, ['rgb(15, 122, 67)', 'italic']);
});

test('elements keep their style where a policy forbids inline styles', async t => {
  await browser.page.route('**/', async route => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'Content-Security-Policy': "default-src 'self'; img-src data:" } });
  });
  t.after(() => browser.page.unrouteAll());
  const { page, element, complaints } = await visit(t);
  await element('payments-ledger', { state: 'fresh' }).waitFor();
  const weight = await page.evaluate(() => getComputedStyle(document.querySelector('pipeline-status').shadowRoot.querySelector('[part=status]')).fontWeight);
  assert.equal(weight, '600');
  assert.deepEqual(complaints, []);
});
