import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseEvent, pipelineStatuses, StreamParseError } from '../../artifacts/client/pipeline-status.js';

const golden = JSON.parse(readFileSync(new URL('../../contracts/stream-events.json', import.meta.url), 'utf8'));

/** Reads one frame as a browser does. */
function fields(wire) {
  return Object.fromEntries(wire.trimEnd().split('\n').map(line => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 2)];
  }));
}

test('the golden file has events to read', () => assert.ok(golden.events.length >= 8));

for (const example of [...golden.events, ...golden.onTop]) {
  test(`the golden example "${example.name}" is read as the contract says`, () => {
    const frame = fields(example.wire);
    assert.equal(frame.event, example.event);
    assert.equal(frame.id, example.id);
    assert.deepEqual(parseEvent(frame.event, frame.data), example.data);
  });
}

test('the client knows the statuses of the golden file and no others', () => {
  assert.deepEqual([...pipelineStatuses], golden.statuses);
});

test('an error under the name status_error is an error', () => {
  const event = parseEvent('status_error', '{"type":"error","timestamp":1,"message":"m","code":"backend_unavailable"}');
  assert.deepEqual(event, { type: 'error', timestamp: 1, message: 'm', code: 'backend_unavailable' });
});

test('a status that only a newer server knows is unknown, never guessed', () => {
  const event = parseEvent('status_update', '{"timestamp":1,"pipelineId":"a","status":"hibernating"}');
  assert.equal(event.status, 'unknown');
});

for (const [name, data, reason] of [
  ['status_update', 'not json', /not JSON/],
  ['status_update', 'null', /object/],
  ['status_update', '[]', /object/],
  ['status_update', '{"timestamp":1,"status":"active"}', /pipelineId/],
  ['status_update', '{"timestamp":1,"pipelineId":"a"}', /status/],
  ['status_update', '{"timestamp":"1","pipelineId":"a","status":"active"}', /timestamp/],
  ['batch_update', '{"timestamp":1}', /updates/],
  ['batch_update', '{"timestamp":1,"updates":[1]}', /object/],
  ['error', '{"timestamp":1,"message":"m"}', /code/],
  ['gossip', '{"timestamp":1}', /no such event/],
]) {
  test(`${name} with ${data} is refused with a typed error that says why`, () => {
    assert.throws(() => parseEvent(name, data), error =>
      error instanceof StreamParseError && error.eventName === name && reason.test(error.message));
  });
}
