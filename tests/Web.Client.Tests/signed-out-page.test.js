import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { ObservableValue } from '../../artifacts/client/observable.js';
import { askAction } from '../../artifacts/client/page/ask-action.js';
import { retryUnavailable } from '../../artifacts/client/page/retry-unavailable.js';
import { isSignedOut, signInAddress, whenSignedIn } from '../../artifacts/client/page/sign-in.js';
import { troubleWords } from '../../artifacts/client/page/trouble-words.js';
import { FakeClock, settle } from './fakes/clock.js';

const info = { problem: 'signed_out', mayNeedSignIn: true, silent: false, fallbackActive: false };
let client, asked, answer, clock, reloads;

/** As much of a browser as these parts of a page touch. */
beforeEach(() => {
  client = { transport: new ObservableValue({ problem: undefined }), reportSignedOut: () => client.transport.set({ problem: 'signed_out' }) };
  [asked, reloads, clock] = [[], 0, new FakeClock()];
  answer = () => new Response('[]', { status: 200 });
  const section = { dataset: { retryUrl: '/ui-api/pipeline' }, querySelector: () => null };
  Object.assign(globalThis, {
    fetch: async url => (asked.push(url), answer()),
    window: { setTimeout: clock.setTimeout, clearTimeout: clock.clearTimeout },
    document: { hidden: false, querySelector: () => section, getElementById: () => ({ textContent: settings }) },
    location: { pathname: '/pipelines/orders', search: '?a=1&b=2', reload: () => reloads++ },
  });
});
let settings = '{}';

const refused = headers => new Response('{"title":"Unauthorized"}', { status: 401, headers: { 'Content-Type': 'application/problem+json', ...headers } });

test('an action that the server answers 401 says that people are signed out, one that the backend does that it was refused', async () => {
  answer = () => refused({ 'WWW-Authenticate': 'Cookie' });
  assert.deepEqual(await askAction('/stop'), { accepted: false, words: 'You have been signed out.', unsure: false, signedOut: true });
  answer = () => refused();
  assert.deepEqual(await askAction('/stop'), { accepted: false, words: 'Unauthorized', unsure: false });
});

test('a page without statuses that is answered 401 asks no more until people are signed in, and is loaded anew then', async () => {
  answer = () => refused();
  retryUnavailable(client);
  await clock.advance(3_600_000);
  assert.deepEqual([asked.length, isSignedOut(client), reloads], [1, true, 0]);
  answer = () => new Response('[]', { status: 200 });
  client.transport.set({ problem: undefined });
  await clock.advance(10);
  await settle();
  assert.deepEqual([asked.length, reloads], [2, 1]);
});

test('signing in leads back to where people were, and is offered only where the server says how', () => {
  assert.equal(signInAddress(), undefined);
  settings = '{"useSse":true,"signInUrl":"/account/sign-in"}';
  assert.equal(signInAddress(), '/account/sign-in?returnUrl=%2Fpipelines%2Forders%3Fa%3D1%26b%3D2');
});

test('being signed in again is told once each time, and not while that is being found out', () => {
  let times = 0;
  whenSignedIn(client, () => times++);
  for (const problem of ['signed_out', 'signed_out', undefined, 'The server refused the stream.', undefined]) client.transport.set({ problem });
  assert.equal(times, 1);
});

test('people who are signed out are told so, and offered to sign in', () => {
  const { title, words, action } = troubleWords('error', info, { pollInterval: 2000, returnInterval: 60_000 });
  assert.equal(title, 'You have been signed out.');
  assert.match(words, /Sign in again/);
  assert.equal(action, 'sign-in');
});
