import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { StatusServer } from './fakes/status-server.js';
import { openBrowser, openPage } from './running/browser.js';
import { installSample, npm, workplace } from './running/packed.js';
import { serve } from './running/site.js';

const statuses = { 'payments-ledger': 'active', 'price-updates': 'paused', 'invoices-eu': 'failed', 'orders-import': 'starting' };
let place, hub, site, browser;

before(async () => {
  place = await workplace();
  hub = await new StatusServer(statuses).start();
  await installSample('react', place.folder);
  await npm(place.folder, 'run', 'build');
  site = await serve(join(place.folder, 'public'), hub.url);
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await hub?.stop();
  await place?.remove();
});

beforeEach(() => hub.reset(statuses));

async function visit(t, query = '') {
  const visited = await openPage(t, browser, `${site.url}/${query}`);
  return { ...visited, row: id => visited.page.locator(`[data-pipeline-id="${id}"]`) };
}

test('the sample is what the types of the package allow', async () => {
  await npm(place.folder, 'run', 'check');
});

test('a page shows what it is told, and each change', async t => {
  const { page, row, complaints } = await visit(t);
  await row('price-updates').and(page.locator('[data-status=paused][data-freshness=fresh]')).waitFor();
  hub.change('price-updates', 'active');
  await row('price-updates').and(page.locator('[data-status=active]')).waitFor();
  await page.getByText('2 of 4 active').waitFor();
  await page.locator('[data-connection-state=connected]').waitFor();
  assert.deepEqual(complaints, []);
});

test('a stall is said at each pipeline, in words, and is over with the next batch', async t => {
  const { page, row } = await visit(t);
  await row('payments-ledger').and(page.locator('[data-freshness=fresh]')).waitFor();
  hub.stall();
  await page.locator('[data-freshness=stale]').nth(3).waitFor();
  assert.equal(await page.getByText('may be out of date').count(), 4);
  await page.getByText('1 of 4 active, as told last').waitFor();
  assert.equal(await row('payments-ledger').locator('.status').textContent(), 'active');
  hub.recover();
  await page.locator('[data-freshness=fresh]').nth(3).waitFor();
  assert.equal(await page.locator('.note').count(), 0);
});

test('all components of a page share one stream', async t => {
  const { page } = await visit(t);
  await page.getByText('1 of 4 active').waitFor();
  assert.equal(hub.opened, 1);
  assert.deepEqual(hub.watched, Object.keys(statuses).sort());
});

test('components that are gone leave nothing watched, and come back with the truth', async t => {
  const { page, row } = await visit(t);
  await page.getByText('1 of 4 active').waitFor();
  await page.getByRole('button', { name: 'Hide the list' }).click();
  await hub.until(({ streams }) => streams.size === 0);
  hub.statuses.set('orders-import', 'stopped');
  await page.getByRole('button', { name: 'Show the list' }).click();
  await row('orders-import').and(page.locator('[data-status=stopped][data-freshness=fresh]')).waitFor();
  assert.equal(hub.streams.size, 1);
});

test('a pipeline that does not exist is said to be none', async t => {
  const { page, row } = await visit(t, '?ids=gone,payments-ledger');
  await row('gone').getByText('no such pipeline').waitFor();
  await row('payments-ledger').and(page.locator('[data-status=active]')).waitFor();
});
