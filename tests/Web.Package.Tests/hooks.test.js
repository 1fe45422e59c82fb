import assert from 'node:assert/strict';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StatusServer } from './fakes/status-server.js';
import { openBrowser, openPage } from './running/browser.js';
import { bundle, node, npm, tarball, workplace } from './running/packed.js';
import { serve } from './running/site.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const statuses = { a: 'active', b: 'paused', c: 'failed' };
const streams = '<script type="application/json" id="pipeline-status-settings">{"useSse":true}</script>';

// Built for development, where StrictMode mounts everything twice.
for (const react of ['18.3.1', '19.3.1']) describe(`with React ${react}`, () => {
  let place, hub, site, browser;

  before(async () => {
    place = await workplace();
    await writeFile(join(place.folder, 'package.json'), '{ "type": "module" }');
    await npm(place.folder, 'install', '--prefer-offline', '--no-audit', '--no-fund', await tarball(), `react@${react}`, `react-dom@${react}`);
    await cp(fixtures, place.folder, { recursive: true });
    await bundle(place.folder, ['hooks.jsx'], 'site');
    for (const [name, root, settings] of [['index', '', ''], ['settings', '', streams], ['hydrated', await renderOnServer(), '']]) {
      await writeFile(join(place.folder, `site/${name}.html`), `<!doctype html><html lang="en"><title>Hooks</title><link rel="icon" href="data:,">${settings}
        <div id="root">${root}</div><script type="module" src="hooks.js"></script></html>`);
    }
    hub = await new StatusServer(statuses).start();
    site = await serve(join(place.folder, 'site'), hub.url);
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
    await site?.stop();
    await hub?.stop();
    await place?.remove();
  });

  beforeEach(() => hub.reset(statuses));

  async function renderOnServer() {
    await mkdir(join(place.folder, 'server'));
    await bundle(place.folder, ['page.jsx'], 'server', { platform: 'node', packages: 'external' });
    await writeFile(join(place.folder, 'render.js'), `
      import { createElement, StrictMode } from 'react';
      import { renderToString } from 'react-dom/server';
      import { Page } from './server/page.js';
      process.stdout.write(renderToString(createElement(StrictMode, null, createElement(Page, { many: ['a', 'b'], one: 'c', monitored: ['a'] }))));`);
    return node(place.folder, 'render.js');
  }

  async function visit(t, props, path = '') {
    const visited = await openPage(t, browser, `${site.url}/${path}`);
    const { page } = visited;
    const render = more => page.evaluate(given => window.render(given), { ...props, ...more });
    await render();
    return {
      ...visited,
      render,
      shows: (id, text) => page.locator(`#${id}`).filter({ hasText: text }).waitFor(),
      renders: () => page.evaluate(() => ({ ...window.renders })),
    };
  }

  test('components that StrictMode mounts twice make one stream', async t => {
    const { shows, complaints } = await visit(t, { many: ['a', 'b'], one: 'c', monitored: ['a'] });
    await shows('many', '{"a":"active","b":"paused"}');
    await shows('one', 'failed fresh');
    await shows('connection', 'connected sse');
    assert.equal(hub.opened, 1);
    assert.deepEqual(hub.watched, ['a', 'b', 'c']);
    assert.deepEqual(complaints, []);
  });

  test('providers with the same settings share a client, those with others have one of their own', async t => {
    const { page, render, shows } = await visit(t, { many: ['a'], one: 'b' });
    await shows('one', 'paused fresh');
    assert.equal(await page.evaluate(() => window.clients.size), 1);
    await render({ config: { endpoint: '/ui-api/other/status/stream' } });
    await hub.until(({ opened }) => opened === 2);
    assert.equal(await page.evaluate(() => window.clients.size), 2);
    await hub.until(({ streams: open }) => open.size === 1);
  });

  test('hooks tell people who are signed out so, and the way back', async t => {
    const { page, shows } = await visit(t, { many: ['a'], one: 'b' });
    await shows('one', 'paused fresh');
    hub.signOut();
    await shows('one', 'paused stale');
    await shows('connection', 'error sse signed_out');
    assert.equal(hub.opened, 1);
    hub.isSignedOut = false;
    await page.locator('#connection').click();
    await shows('connection', 'connected sse');
    await shows('one', 'paused fresh');
  });

  test('unmounting leaves nothing watched', async t => {
    const { page, shows } = await visit(t, { many: ['a', 'b'], one: 'c', monitored: ['a'] });
    await shows('many', 'active');
    await page.evaluate(() => window.unmount());
    await hub.until(({ streams: open }) => open.size === 0);
    assert.equal(hub.opened, 1);
  });

  test('the same ids and settings in other objects are no others', async t => {
    const { page, render, shows, renders } = await visit(t, { many: ['a'], one: 'b', monitored: ['c'] });
    await shows('many', 'active');
    const before = { watches: await page.evaluate(() => window.watches), renders: (await renders()).many };
    await render();
    await page.waitForFunction(many => window.renders.many > many, before.renders);
    assert.equal(await page.evaluate(() => window.watches), before.watches);
  });

  test('other ids are told on the same stream', async t => {
    const { render, shows } = await visit(t, { many: ['a'], one: 'b' });
    await shows('many', 'active');
    await render({ many: ['a', 'c'], one: undefined });
    await shows('many', '{"a":"active","c":"failed"}');
    await shows('one', 'unknown nothing');
    await hub.until(({ watched }) => watched.join() === 'a,c');
    assert.equal(hub.opened, 1);
    assert.equal(hub.watchRequests.filter(({ add }) => add.length > 0).length, 1);
  });

  test('a batch that changes hundreds of pipelines is looked through once, and rendered once', async t => {
    const ids = Array.from({ length: 400 }, (_, index) => `p${index}`);
    await hub.reset(Object.fromEntries(ids.map(id => [id, 'active'])));
    const { page, shows, renders } = await visit(t, { many: ids });
    await shows('many', '"p399":"active"');
    await page.evaluate(() => (window.looks = 0));
    const before = (await renders()).many;
    for (const id of ids) hub.statuses.set(id, 'paused');
    hub.recover();
    await shows('many', '"p399":"paused"');
    // In StrictMode a render is two.
    assert.equal((await renders()).many - before, 2);
    assert.equal(await page.evaluate(() => window.looks), ids.length);
  });

  test('what is only monitored is watched, and renders nothing', async t => {
    const { shows, renders } = await visit(t, { one: 'a', monitored: ['b'] });
    await shows('one', 'active');
    assert.deepEqual(hub.watched, ['a', 'b']);
    const before = (await renders()).monitor;
    hub.change('b', 'active');
    hub.change('a', 'stopped');
    await shows('one', 'stopped');
    assert.equal((await renders()).monitor, before);
  });

  test('a fallback is told, and left by its function', async t => {
    hub.refuses = true;
    const { page, shows } = await visit(t, { one: 'a', config: { maxReconnectAttempts: 0 } });
    await shows('connection', 'error polling fallback');
    await shows('one', 'active fresh');
    hub.refuses = false;
    await page.locator('#connection').click();
    await shows('connection', 'connected sse');
    assert.equal(hub.streams.size, 1);
  });

  test('what a server rendered is taken over without complaint', async t => {
    const { page, shows, complaints } = await visit(t, { many: ['a', 'b'], one: 'c', monitored: ['a'] }, 'hydrated.html');
    await shows('many', '{"a":"active","b":"paused"}');
    assert.match(await (await fetch(`${site.url}/hydrated.html`)).text(), /unknown nothing.*disconnected nothing/s);
    assert.equal(await page.locator('output').count(), 2);
    assert.deepEqual(complaints, []);
  });

  test('without a provider hooks use the client of the page, as its block says', async t => {
    await hub.reset({ own: 'active' });
    const streaming = await visit(t, { one: 'own', hasProvider: false }, 'settings.html');
    await streaming.shows('one', 'active fresh');
    await streaming.shows('connection', 'connected sse');
    assert.ok(!hub.polls.flat().includes('own'));
    const polling = await visit(t, { one: 'own', hasProvider: false });
    await polling.shows('one', 'active fresh');
    await polling.shows('connection', 'disconnected polling');
    assert.equal(hub.opened, 1);
  });
});
