import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventTap } from '../../artifacts/client/page/event-tap.js';
import { FakeWorld, response } from './fakes/world.js';

test('an answer passes the tap as it is, a redirect that was not followed included', async () => {
  const answer = { ...response(0, undefined, { 'retry-after': '3' }), type: 'opaqueredirect' };
  const tapped = new EventTap().over({ ...new FakeWorld().environment(true), fetch: async () => answer });
  const passed = await tapped.fetch('/', {});
  assert.deepEqual([passed.ok, passed.status, passed.type, passed.headers.get('Retry-After')], [false, 0, 'opaqueredirect', '3']);
});

test('what comes over the channel of tabs passes the tap, and is told once', () => {
  const channel = { onmessage: null, postMessage: () => {}, close: () => {} };
  const tap = new EventTap();
  const [told, heard] = [[], []];
  tap.subscribe(event => told.push([event.name, event.id]));
  const tapped = tap.over({ ...new FakeWorld().environment(true), openChannel: () => channel }).openChannel('x');
  tapped.onmessage = message => heard.push(message.data.kind);
  channel.onmessage({ data: { kind: 'event', event: { type: 'batch_update', timestamp: 1, updates: [] }, id: 'e-1' } });
  channel.onmessage({ data: { kind: 'rollcall' } });
  assert.deepEqual([told, heard], [[['batch_update', 'e-1']], ['event', 'rollcall']]);
});
