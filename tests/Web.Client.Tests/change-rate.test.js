import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeRate } from '../../artifacts/client/page/demo/change-rate.js';

test('for the first two seconds nothing is said', () => {
  const rate = new ChangeRate(1000);
  rate.add(1500);
  assert.equal(rate.perSecond(2999), undefined);
  assert.equal(rate.perSecond(3000), 0.5);
});

test('within the first ten seconds the rate is that of the time so far', () => {
  const rate = new ChangeRate(0);
  for (const at of [1000, 2000, 3000, 4000]) rate.add(at);
  assert.equal(rate.perSecond(4000), 1);
  assert.equal(rate.perSecond(8000), 0.5);
});

test('later it is that of the last ten seconds', () => {
  const rate = new ChangeRate(0);
  for (let at = 0; at < 60_000; at += 100) rate.add(at);
  assert.equal(rate.perSecond(60_000), 9.9);
  assert.equal(rate.perSecond(65_000), 4.9);
  assert.equal(rate.perSecond(70_000), 0);
});

test('without any change it is none a second', () => {
  assert.equal(new ChangeRate(0).perSecond(5000), 0);
});
