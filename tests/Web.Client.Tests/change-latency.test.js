import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeLatency } from '../../artifacts/client/page/demo/change-latency.js';

const start = 1_764_000_000_000;

/** Reads seconds, to keep the times short. */
class Measured {
  latency = new ChangeLatency(start + 50_000);
  told(id, at, readAt = at) {
    this.latency.told(id, start + at * 1000, start + readAt * 1000);
  }
  compare(updatedAt, asOf) {
    this.latency.compare(Object.fromEntries(Object.entries(updatedAt).map(([id, at]) => [id, start + at * 1000])), start + asOf * 1000);
  }
  figures(now) {
    return this.latency.figures(start + now * 1000);
  }
}

test('a change counts from the time at the backend to its arrival, once read from the read on', () => {
  const measured = new Measured();
  measured.told('orders', 101.5, 101.25);
  measured.compare({ orders: 100 }, 102);
  assert.deepEqual(measured.figures(102), { count: 1, median: 1500, worst: 1500, onceRead: 250 });
});

test('before anything was looked up, and when nothing was told, there are no figures', () => {
  const measured = new Measured();
  measured.compare({ orders: 100 }, 101);
  assert.equal(measured.figures(101), undefined);
  measured.told('orders', 101.5);
  assert.equal(measured.figures(102), undefined);
});

test('the median and the worst are those of all pipelines', () => {
  const measured = new Measured();
  measured.told('a', 101, 100.75);
  measured.told('b', 102, 101);
  measured.told('c', 105, 104.5);
  measured.compare({ a: 100, b: 100, c: 100 }, 106);
  assert.deepEqual(measured.figures(106), { count: 3, median: 2000, worst: 5000, onceRead: 500 });
});

test('a list that was asked for before the arrival says nothing of it, a later one does', () => {
  const measured = new Measured();
  measured.told('orders', 101.5);
  measured.compare({ orders: 95 }, 101.25);
  assert.equal(measured.figures(102), undefined);
  measured.compare({ orders: 101 }, 102);
  assert.equal(measured.figures(102).median, 500);
});

test('a change after the arrival is another one', () => {
  const measured = new Measured();
  measured.told('orders', 101.5);
  measured.compare({ orders: 101.75 }, 102);
  measured.compare({ orders: 101 }, 103);
  assert.equal(measured.figures(103), undefined);
});

test('a change before the arrival before is another one', () => {
  const measured = new Measured();
  measured.told('orders', 101);
  measured.told('orders', 103);
  measured.compare({ orders: 101 }, 104);
  assert.equal(measured.figures(104), undefined);
  measured.told('orders', 105);
  measured.compare({ orders: 104.5 }, 106);
  assert.equal(measured.figures(106).median, 500);
});

test('a change before the page was opened does not count', () => {
  const measured = new Measured();
  measured.told('orders', 51);
  measured.compare({ orders: 49.5 }, 52);
  assert.equal(measured.figures(52), undefined);
});

test('one arrival counts once', () => {
  const measured = new Measured();
  measured.told('orders', 101);
  for (const asOf of [102, 103, 104]) measured.compare({ orders: 100 }, asOf);
  assert.equal(measured.figures(104).count, 1);
});

test('a change of more than a minute before is none of the last minute', () => {
  const measured = new Measured();
  measured.told('orders', 200);
  measured.compare({ orders: 140 }, 201);
  assert.equal(measured.figures(201), undefined);
});

test('a pipeline that the backend does not list does not count', () => {
  const measured = new Measured();
  measured.told('gone', 101);
  measured.compare({}, 102);
  assert.equal(measured.figures(102), undefined);
});

test('after a minute an arrival is forgotten', () => {
  const measured = new Measured();
  measured.told('a', 101);
  measured.told('b', 102);
  measured.compare({ a: 100, b: 101.5 }, 103);
  assert.equal(measured.figures(161).count, 2);
  assert.equal(measured.figures(161.5).count, 1);
  assert.equal(measured.figures(162.5), undefined);
});

test('clocks that disagree make no negative share', () => {
  const measured = new Measured();
  measured.told('orders', 101, 101.5);
  measured.compare({ orders: 100 }, 102);
  assert.equal(measured.figures(102).onceRead, 0);
});
