import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReconnectPolicy } from '../../artifacts/client/reconnect-policy.js';
import { defaultConfig, resolveConfig } from '../../artifacts/client/config.js';

const delays = (policy, count) => Array.from({ length: count }, () => policy.failed()?.delay);

test('without chance the delays are 1, 2, 4, 8 and 16 seconds, and then it is over', () => {
  assert.deepEqual(delays(new ReconnectPolicy(defaultConfig, () => 0), 6), [1000, 2000, 4000, 8000, 16000, undefined]);
});

test('chance adds at most a fifth, and never takes away', () => {
  assert.deepEqual(delays(new ReconnectPolicy(defaultConfig, () => 1), 5), [1200, 2400, 4800, 9600, 19200]);
});

test('delays stop growing at the longest one', () => {
  const config = resolveConfig({ maxReconnectAttempts: 8 });
  assert.deepEqual(delays(new ReconnectPolicy(config, () => 0), 8).slice(4), [16000, 30000, 30000, 30000]);
});

test('attempts are numbered from 1', () => {
  const policy = new ReconnectPolicy(defaultConfig, () => 0);
  assert.deepEqual([policy.failed().number, policy.failed().number], [1, 2]);
});

test('a reset forgets the failures', () => {
  const policy = new ReconnectPolicy(defaultConfig, () => 0);
  delays(policy, 4);
  policy.reset();
  assert.equal(policy.failed().delay, 1000);
});

test('after a server that says goodbye the attempt comes within half a second', () => {
  assert.equal(new ReconnectPolicy(defaultConfig, () => 0).drained().delay, 0);
  assert.equal(new ReconnectPolicy(defaultConfig, () => 0.999).drained().delay, 499.5);
});

test('a server that only ever says goodbye uses up the attempts like one that fails', () => {
  const policy = new ReconnectPolicy(defaultConfig, () => 0);
  const seen = Array.from({ length: 6 }, () => policy.drained()?.delay);
  assert.deepEqual(seen, [0, 2000, 4000, 8000, 16000, undefined]);
});

test('no attempts allowed means none are made', () => {
  const config = resolveConfig({ maxReconnectAttempts: 0 });
  assert.equal(new ReconnectPolicy(config, () => 0).failed(), undefined);
  assert.equal(new ReconnectPolicy(config, () => 0).drained(), undefined);
});

test('the defaults are those of the contract', () => {
  assert.deepEqual(resolveConfig(), {
    endpoint: '/ui-api/pipeline/status/stream', maxReconnectAttempts: 5, reconnectDelay: 1000, maxReconnectDelay: 30000,
    heartbeatTimeout: 45000, enablePollingFallback: true, healthyAfter: 5000, pollInterval: 2000, returnInterval: 60000,
    maxPipelines: 500,
  });
});

test('undefined settings take their default', () => {
  assert.equal(resolveConfig({ pollInterval: undefined }).pollInterval, 2000);
});

for (const [name, value] of [
  ['reconnectDelay', 0], ['reconnectDelay', -1], ['maxReconnectDelay', NaN], ['heartbeatTimeout', 0],
  ['pollInterval', Infinity], ['maxReconnectAttempts', -1], ['healthyAfter', -1], ['returnInterval', -1], ['maxPipelines', 0],
  ['endpoint', ''],
]) {
  test(`the setting ${name} cannot be ${JSON.stringify(value)}, and the message names it`, () => {
    assert.throws(() => resolveConfig({ [name]: value }), new RegExp(`SSEManagerConfig\\.${name}`));
  });
}
