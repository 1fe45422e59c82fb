import assert from 'node:assert/strict';
import { test } from 'node:test';
import { viewOf } from '../../artifacts/client/package/element/element-view.js';
import { words } from '../../artifacts/client/package/element/words.js';

const day = 86_400_000;
const noon = new Date(2026, 4, 17, 12, 30, 15).getTime();
const well = { transport: 'sse', problem: undefined, pollingProblem: undefined };
const fresh = { pipelineId: 'orders', status: 'paused', confirmedAt: 5000, freshness: 'fresh', staleReason: undefined };

/** What an element says of `orders` at a monotonic time of 5000 + `later`. */
function said({ later = 0, trouble = {}, ...snapshot } = {}) {
  const known = Object.keys(snapshot).length > 0 ? { ...fresh, ...snapshot } : undefined;
  const { state, label, note } = viewOf('orders', known, { ...well, ...trouble }, 5000 + later, noon + later);
  return [state, label, note];
}

const doubt = (staleReason, more = {}) => said({ freshness: 'stale', staleReason, ...more });
const unknown = { status: 'unknown', confirmedAt: undefined };

test('a fresh status is said, and nothing else', () => {
  assert.deepEqual(said({ status: 'paused' }), ['fresh', 'Paused', '']);
});

test('an old status is said with the time when it was true, and with the day when that is another one', () => {
  const [, label, note] = doubt('connection_lost', { later: 60_000 });
  assert.equal(label, 'Paused');
  assert.equal(note, `connection lost, last confirmed ${new Date(noon).toLocaleTimeString(undefined, { timeStyle: 'medium' })}`);
  assert.match(doubt('connection_lost', { later: day })[2], /last confirmed .*2026/);
});

test('a status that was told, and never confirmed, has no time', () => {
  assert.deepEqual(doubt('polling_stalled', { confirmedAt: undefined }), ['stale', 'Paused', 'may be out of date']);
});

test('a pipeline that nobody has a status of is unavailable, and why is said', () => {
  assert.deepEqual(doubt('backend_unavailable', unknown), ['unavailable', 'Unavailable', 'backend does not answer']);
  assert.deepEqual(doubt('too_many_pipelines', unknown), ['unavailable', 'Unavailable', 'not watched: too many pipelines']);
  assert.deepEqual(said({ trouble: { problem: 'signed_out' } }), ['unavailable', 'Unavailable', 'signed out']);
});

test('a pipeline that does not exist is not found, whatever was known of it', () => {
  assert.deepEqual(doubt('pipeline_not_found'), ['not-found', 'Not found', 'no such pipeline']);
});

test('an element that no pipeline is named to says what is missing', () => {
  const { state, note } = viewOf('', undefined, well, 0, noon);
  assert.deepEqual([state, note], ['not-found', 'the attribute pipeline-id is missing']);
});

test('what was never there is not called lost', () => {
  const none = ['unavailable', 'Unavailable', 'no connection'];
  assert.deepEqual(said({ trouble: { problem: 'The server answered 404.' } }), none);
  assert.deepEqual(doubt('connection_lost', unknown), none);
});

test('while nothing is known an element connects, until streams or the polls in their place fail', () => {
  assert.deepEqual(said(), ['connecting', 'Connecting…', '']);
  assert.equal(doubt('unconfirmed', unknown)[0], 'connecting');
  assert.equal(said({ trouble: { problem: 'The server refused the stream.' } })[0], 'unavailable');
  assert.equal(said({ trouble: { transport: 'polling', problem: 'The server refused the stream.' } })[0], 'connecting');
  assert.equal(said({ trouble: { transport: 'polling', pollingProblem: 'The server could not be reached.' } })[0], 'unavailable');
});

test('words may be those of another language', t => {
  t.after(() => Object.assign(words, { paused: 'Paused', offline: 'offline' }));
  Object.assign(words, { paused: 'Pausiert', offline: 'ohne Netz' });
  assert.deepEqual(doubt('offline', { confirmedAt: undefined }), ['stale', 'Pausiert', 'ohne Netz']);
});
