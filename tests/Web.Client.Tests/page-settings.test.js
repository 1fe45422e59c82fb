import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { FakeWorld } from './fakes/world.js';

let pages = 0;

/** The client of a page with this block of settings, or with none; used twice, as by two parts of it. */
async function pageWith(block) {
  globalThis.document = { getElementById: () => block };
  const { pipelineStatus } = await import(`../../artifacts/client/pipeline-status.js?page=${++pages}`);
  const world = new FakeWorld();
  const client = pipelineStatus(world.environment(true));
  assert.equal(pipelineStatus(), client);
  return { client, lines: world.lines };
}

afterEach(() => delete globalThis.document);

test('a page without settings is told once that it polls, and what is missing', async () => {
  const { client, lines } = await pageWith(null);
  assert.equal(client.isSseStatusEnabled(), false);
  assert.equal(lines.length, 1);
  assert.match(lines[0], /^\[SSE Manager\] Statuses are polled: .*endpoint.*#pipeline-status-settings$/);
});

for (const useSse of [true, false]) {
  test(`a page whose settings say ${useSse ? 'to stream' : 'to poll'} is told nothing`, async () => {
    const { client, lines } = await pageWith({ textContent: JSON.stringify({ useSse, manager: { maxReconnectAttempts: 3 } }) });
    assert.deepEqual([client.isSseStatusEnabled(), client.config.maxReconnectAttempts, lines], [useSse, 3, []]);
  });
}
