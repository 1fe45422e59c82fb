import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ListModel } from '../../artifacts/client/page/list-model.js';
import { readList } from '../../artifacts/client/page/pipeline-list.js';
import { byName, matcher } from '../../artifacts/client/page/row-order.js';
import { countDifferences } from '../../artifacts/client/page/row-moves.js';
import { seeded } from './fakes/seeded.js';

const row = (name, status = 'active', changedAt = undefined) => ({ id: name.toLowerCase(), name, status, changedAt });
const names = rows => rows.map(({ name }) => name).join(' ');
const all = { search: '', status: '', sort: 'name' };

test('rows that come stand where their names belong, and those that go are gone', () => {
  const [b, d] = [row('b'), row('d')];
  const model = new ListModel([d, b]);
  model.change([row('e'), row('a'), row('c')], [d]);
  assert.equal(names(model.wanted(all)), 'a b c e');
  assert.equal(model.size, 4);
});

test('a long list keeps its order through thousands of comings and goings', () => {
  const random = seeded(3);
  let rows = Array.from({ length: 2000 }, (_, index) => row(`p${Math.floor(random() * 1e6)}-${index}`));
  const model = new ListModel(rows);
  for (let turn = 0; turn < 20; turn++) {
    const removed = rows.filter(() => random() < 0.05);
    const added = Array.from({ length: 100 }, (_, index) => row(`p${Math.floor(random() * 1e6)}-${turn}-${index}`));
    rows = [...rows.filter(item => !removed.includes(item)), ...added];
    model.change(added, removed);
    assert.deepEqual(model.wanted(all), byName(rows));
  }
});

test('search and filter look at all rows, and the counts are of all', () => {
  const model = new ListModel([row('orders-eu', 'failed'), row('orders-us'), row('billing', 'failed')]);
  assert.equal(names(model.wanted({ ...all, search: 'orders', status: 'failed' })), 'orders-eu');
  assert.deepEqual([...model.counts()].sort(), [['active', 1], ['failed', 2]]);
});

test('a changed status is another order only where the order or the filter looks at it', () => {
  const changing = row('b');
  const model = new ListModel([row('a'), changing]);
  const byStatus = { ...all, sort: 'status' };
  const before = model.wanted(all);
  changing.status = 'failed';
  model.statusesChanged();
  assert.equal(model.wanted(all), before);
  assert.equal(names(model.wanted(byStatus)), 'b a');
  changing.status = 'active';
  model.statusesChanged();
  assert.equal(names(model.wanted(byStatus)), 'a b');
});

test('the differences of long lists are counted right, wherever they are', () => {
  const list = Array.from({ length: 5000 }, (_, index) => index);
  assert.equal(countDifferences(list, list), 0);
  assert.equal(countDifferences(list, [4999, ...list.slice(0, -1)]), 1);
  assert.equal(countDifferences(list, [...list.slice(0, 10), 'new', ...list.slice(11)]), 2);
  assert.equal(countDifferences(list, list.slice(1)), 1);
  assert.equal(countDifferences([], list), 5000);
});

test('a list is read as the backend has it, and what is no pipeline is left out', () => {
  const list = [{ pipeline_id: 'a', pipeline_name: 'A', updated_at: '2026-01-01T00:00:00Z' }, 7, 'c', null, { x: 1 }, 'no id', 2 ** 60];
  assert.deepEqual(readList(list), [
    { id: 'a', name: 'A', changedAt: Date.UTC(2026, 0, 1) },
    { id: '7', name: '7', changedAt: undefined },
    { id: 'c', name: 'c', changedAt: undefined },
  ]);
  assert.deepEqual(readList([]), []);
});

test('a name that shows nothing is none', () => {
  const names = ['', '   ', '\u00a0', '\u200b\u200d', '\u202e', '\u0007\n', ' a ', '\u202ea', '\ufffd', '👩‍👧'];
  const read = readList(names.map(pipeline_name => ({ pipeline_id: 'id', pipeline_name }))).map(({ name }) => name);
  assert.deepEqual(read, ['id', 'id', 'id', 'id', 'id', 'id', ' a ', '\u202ea', '\ufffd', '👩‍👧']);
});

test('another shape is no empty list: nobody loses his pipelines over it', () => {
  assert.equal(readList({ data: [] }), undefined);
  assert.equal(readList([{ key: 'a' }]), undefined);
  assert.equal(readList(null), undefined);
});
