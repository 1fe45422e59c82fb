import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObservableValue } from '../../artifacts/client/observable.js';
import { askEvery, askWithin, ListFeed, retryAfter } from '../../artifacts/client/page/list-feed.js';
import { FakeClock } from './fakes/clock.js';

/** A page that asks for the list, and a server that has one. */
class World {
  clock = new FakeClock();
  told = new ObservableValue(undefined);
  requests = [];
  lists = [];
  server = { etag: '"1"', list: ['a'] };
  isQuiet = false;
  isSignedOut = false;
  isDown = false;
  chance = 0.5;

  constructor() {
    this.feed = new ListFeed({
      setTimeout: (callback, delay) => this.clock.setTimeout(callback, delay),
      clearTimeout: handle => this.clock.clearTimeout(handle),
      random: () => this.chance,
      fetch: async (url, headers) => this.#answer(url, headers),
      isQuiet: () => this.isQuiet,
      signedOut: () => (this.isQuiet = true),
    }, '/list', this.told, list => this.lists.push(list.map(({ id }) => id).join(' ')));
  }

  /** The server's list is another, and the stream says so. */
  async change(etag, ...list) {
    this.server = { etag, list };
    this.told.set(etag);
    await this.advance(askWithin);
  }

  async advance(milliseconds) {
    await this.clock.advance(milliseconds);
    for (let turn = 0; turn < 20; turn++) await undefined;
  }

  #answer(url, headers) {
    this.requests.push(headers['If-None-Match']);
    if (this.isDown) throw new TypeError('Failed to fetch');
    if (this.isSignedOut) return { ok: false, status: 401, headers: new Headers(), json: async () => ({}) };
    const { etag, list } = this.server;
    const isSame = headers['If-None-Match'] === etag;
    return { ok: !isSame, status: isSame ? 304 : 200, headers: new Headers({ ETag: etag }), json: async () => list };
  }
}

test('a page that has not all of the list asks at once', async () => {
  const world = new World();
  world.feed.start(false);
  await world.advance(0);
  assert.deepEqual([world.requests, world.lists], [[undefined], ['a']]);
});

test('without a stream the list is asked for every half minute, by its ETag', async () => {
  const world = new World();
  world.feed.start(true);
  await world.advance(askEvery * 1.1 - 1);
  assert.equal(world.requests.length, 0);
  await world.advance(1);
  await world.advance(askEvery * 1.1);
  assert.deepEqual([world.requests, world.lists], [[undefined, '"1"'], ['a']]);
});

test('a change that the stream tells is asked for within half a second, and nothing else is', async () => {
  const world = new World();
  world.feed.start(false);
  await world.advance(0);
  await world.change('"1"', 'a');
  await world.advance(askEvery * 5);
  assert.equal(world.requests.length, 1);
  await world.change('"2"', 'a', 'b');
  assert.deepEqual([world.requests, world.lists], [[undefined, '"1"'], ['a', 'a b']]);
  await world.advance(askEvery * 5);
  assert.equal(world.requests.length, 2);
});

test('pages that are told at once do not ask at once', async () => {
  const moments = [];
  for (const chance of [0, 0.3, 0.9]) {
    const world = new World();
    world.chance = chance;
    world.feed.start(true);
    world.server = { etag: '"2"', list: [] };
    world.told.set('"2"');
    let waited = 0;
    while (world.requests.length === 0) {
      await world.advance(10);
      waited += 10;
    }
    moments.push(waited);
  }
  assert.deepEqual(moments, [10, 150, 450]);
});

test('when the stream is lost the list is asked for as before', async () => {
  const world = new World();
  world.feed.start(false);
  await world.advance(0);
  await world.change('"1"', 'a');
  world.told.set(undefined);
  world.server = { etag: '"2"', list: ['b'] };
  await world.advance(askEvery * 1.1);
  assert.deepEqual(world.lists, ['a', 'b']);
});

test('a page that nobody sees asks when it is looked at again', async () => {
  const world = new World();
  world.isQuiet = true;
  world.feed.start(true);
  await world.advance(askEvery * 10);
  assert.equal(world.requests.length, 0);
  world.isQuiet = false;
  world.feed.shown();
  await world.advance(0);
  assert.deepEqual(world.lists, ['a']);
});

test('a replica that is behind is asked again, ever less often, until it has what the stream told', async () => {
  const world = new World();
  world.feed.start(false);
  await world.advance(0);
  world.told.set('"2"');
  await world.advance(askWithin);
  await world.advance(retryAfter);
  assert.equal(world.requests.length, 3);
  await world.advance(retryAfter);
  assert.equal(world.requests.length, 3);
  world.server = { etag: '"2"', list: ['b'] };
  await world.advance(retryAfter);
  assert.deepEqual(world.lists, ['a', 'b']);
});

test('a list that is answered 401 is not asked for again until people are signed in', async () => {
  const world = new World();
  world.feed.start(true);
  world.isSignedOut = true;
  world.told.set('"2"');
  await world.advance(3_600_000);
  assert.equal(world.requests.length, 1);
  world.isQuiet = world.isSignedOut = false;
  world.feed.shown();
  await world.advance(askWithin);
  assert.deepEqual([world.requests.length, world.lists], [2, ['a']]);
});

test('an ETag that a proxy has weakened is still the same', async () => {
  const world = new World();
  world.server = { etag: 'W/"1"', list: ['a'] };
  world.feed.start(false);
  await world.advance(0);
  world.told.set('"1"');
  await world.advance(retryAfter * 3);
  assert.equal(world.requests.length, 1);
});

test('what cannot be read changes nothing, and is asked for again soon', async () => {
  const world = new World();
  world.isDown = true;
  world.feed.start(false);
  await world.advance(0);
  world.isDown = false;
  world.server = { etag: '"1"', list: { error: true } };
  await world.advance(retryAfter);
  assert.deepEqual(world.lists, []);
  world.server = { etag: '"1"', list: ['a'] };
  await world.advance(retryAfter * 2);
  assert.deepEqual([world.lists, world.requests.length], [['a'], 3]);
});

test('a list that changes while it is asked for is asked for once more', async () => {
  const world = new World();
  world.feed.start(false);
  world.feed.shown();
  world.feed.shown();
  await world.advance(0);
  assert.deepEqual([world.requests, world.lists], [[undefined, '"1"'], ['a']]);
});
