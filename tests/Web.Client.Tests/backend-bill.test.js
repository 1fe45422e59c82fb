import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackendBill } from '../../artifacts/client/page/demo/backend-bill.js';

const pace = (requests, more = {}) => ({
  pipelines: 12, slow: 0, absent: 0, failing: 0, requestsPerSecond: 6, plainRequestsPerSecond: 6, stretch: 1, isBackendDown: false,
  requests, reads: requests, slowest: [], ...more,
});

const replica = (instance, streams, itsPace = null) => ({ address: `http://${instance}/`, state: { instance, streams, intervalMs: 2000, pace: itsPace } });

test('nobody polls, or nobody answers: there is no bill', () => {
  const bill = new BackendBill();
  assert.equal(bill.look([], 0), undefined);
  assert.equal(bill.look([replica('one', 3), { address: 'http://two/', state: null }], 1000), undefined);
});

test('a replica that says nothing of its pace has none', () => {
  const { pace: _, ...old } = replica('one', 3).state;
  assert.equal(new BackendBill().look([{ address: 'http://one/', state: old }], 0), undefined);
});

test('the rate is that between two looks, once they are three seconds apart', () => {
  const bill = new BackendBill();
  assert.equal(bill.look([replica('one', 2, pace(100))], 0).requests, undefined);
  assert.equal(bill.look([replica('one', 2, pace(102))], 2000).requests, undefined);
  const { requests, saved, plain, withoutHub } = bill.look([replica('one', 2, pace(106)), replica('two', 3)], 4000);
  assert.equal(requests, 1.5);
  assert.equal(saved, 75);
  assert.equal(plain, 6);
  assert.equal(withoutHub, 30);
});

test('looks that are older than ten seconds do not count', () => {
  const bill = new BackendBill();
  for (let at = 0; at <= 20_000; at += 1000) bill.look([replica('one', 1, pace(at / 100))], at);
  const { requests, over } = bill.look([replica('one', 1, pace(200))], 30_000);
  assert.equal(requests, 0);
  assert.equal(over, 10_000);
});

test('with slow lanes it is as long as the slowest of them, a minute at most', () => {
  const at = (milliseconds, slowestMs) => [replica('one', 1, pace(milliseconds / 1000, { slowest: [{ pipelineId: 'a', intervalMs: slowestMs }] }))];
  const [half, long] = [new BackendBill(), new BackendBill()];
  for (let now = 0; now < 100_000; now += 1000) {
    half.look(at(now, 30_000), now);
    long.look(at(now, 3_600_000), now);
  }
  assert.equal(half.look(at(100_000, 30_000), 100_000).over, 30_000);
  assert.equal(long.look(at(100_000, 3_600_000), 100_000).over, 60_000);
});

test('another poller, or the same one started again, is measured anew', () => {
  const bill = new BackendBill();
  bill.look([replica('one', 1, pace(1000))], 0);
  assert.equal(bill.look([replica('two', 1, pace(2000))], 5000).requests, undefined);
  assert.equal(bill.look([replica('two', 1, pace(2010))], 10_000).requests, 2);
  assert.equal(bill.look([replica('two', 1, pace(5))], 15_000).requests, undefined);
});

test('more than the plain rate saves nothing', () => {
  const bill = new BackendBill();
  bill.look([replica('one', 1, pace(0))], 0);
  assert.equal(bill.look([replica('one', 1, pace(100))], 5000).saved, 0);
});

test('without pipelines nothing can be saved', () => {
  const bill = new BackendBill();
  const idle = pace(0, { pipelines: 0, plainRequestsPerSecond: 0 });
  bill.look([replica('one', 1, idle)], 0);
  assert.equal(bill.look([replica('one', 1, idle)], 5000).saved, undefined);
});

test('slow lanes are told by interval, the slowest first', () => {
  const slowest = [{ pipelineId: 'c', intervalMs: 30_000 }, { pipelineId: 'a', intervalMs: 8000 }, { pipelineId: 'b', intervalMs: 8000 }];
  const { lanes, slow } = new BackendBill().look([replica('one', 1, pace(0, { slow: 5, slowest }))], 0);
  assert.deepEqual(lanes, [{ intervalMs: 30_000, pipelineIds: ['c'] }, { intervalMs: 8000, pipelineIds: ['a', 'b'] }]);
  assert.equal(slow, 5);
});

test('replicas that poll each for itself are added up, and the worst of them is told', () => {
  const { plain, pipelines, stretch, isDown } = new BackendBill().look([
    replica('one', 1, pace(0, { stretch: 1.5 })), replica('two', 1, pace(0, { isBackendDown: true, slowest: [{ pipelineId: 'a', intervalMs: 8000 }] })),
  ], 0);
  assert.equal(plain, 12);
  assert.equal(pipelines, 24);
  assert.equal(stretch, 1.5);
  assert.equal(isDown, true);
});
