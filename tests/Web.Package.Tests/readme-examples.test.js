import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { StatusServer } from './fakes/status-server.js';
import { openBrowser, openPage } from './running/browser.js';
import { bundle, npm, tarball, workplace } from './running/packed.js';
import { serve } from './running/site.js';

const statuses = { 'payments-ledger': 'active', 'price-updates': 'paused' };
let place, hub, site, browser, examples;

before(async () => {
  place = await workplace();
  await writeFile(join(place.folder, 'package.json'), '{ "type": "module" }');
  await npm(place.folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', await tarball(), 'react@19.3.1', 'react-dom@19.3.1');
  const readme = await readFile(join(place.folder, 'node_modules/pipeline-status/README.md'), 'utf8');
  examples = language => [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text]) => text);
  hub = await new StatusServer(statuses).start();
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

async function open(t, name, body) {
  await writeFile(join(place.folder, `${name}.html`), `<!doctype html><html lang="en"><title>Example</title><link rel="icon" href="data:,">${body}</html>`);
  return openPage(t, browser, `${site.url}/${name}.html`);
}

async function build(name, text) {
  await writeFile(join(place.folder, name), text);
  await bundle(place.folder, [name], 'built');
}

test('the React example shows a pipeline, and why it is in doubt', async t => {
  await build('react.tsx', examples('tsx')[0]);
  const { page, complaints } = await open(t, 'react', '<div id="root"></div><script type="module" src="built/react.js"></script>');
  await page.getByText('payments-ledger: active').waitFor();
  hub.stall();
  await page.getByText('payments-ledger: active (polling_stalled)').waitFor();
  assert.deepEqual(complaints, []);
});

test('the example of the element shows a pipeline, without a bundler', async t => {
  const { page, complaints } = await open(t, 'element', `<style>${examples('css')[0]}</style>${examples('html')[0]}`);
  await page.locator('pipeline-status[data-state=fresh][data-status=active]').waitFor();
  assert.deepEqual(complaints, []);
});

test('the example without either says what it hears', async t => {
  await build('plain.ts', examples('ts')[0]);
  const says = sentence => browser.page.waitForEvent('console', line => line.text() === sentence);
  const first = says('payments-ledger active fresh undefined');
  const next = says('price-updates resuming fresh undefined');
  const { complaints } = await open(t, 'plain', '<script type="module" src="built/plain.js"></script>');
  await first;
  hub.change('price-updates', 'resuming');
  await next;
  assert.deepEqual(complaints, []);
});

test('the block of settings makes the client of the page stream', async t => {
  await hub.reset({ own: 'active' });
  await build('page.ts', "import { watch } from 'pipeline-status'; watch(['own'], ({ status }) => { document.title = status; });");
  const { page } = await open(t, 'page', `${examples('html')[1]}<script type="module" src="built/page.js"></script>`);
  await page.waitForFunction(() => document.title === 'active');
  assert.equal(hub.streams.size, 1);
  assert.ok(!hub.polls.flat().includes('own'));
});
