import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countDifferences, rowsToMove } from '../../artifacts/client/page/row-moves.js';
import { addressQuery, byName, countByStatus, inOrder, matcher } from '../../artifacts/client/page/row-order.js';
import { seeded } from './fakes/seeded.js';

const row = (name, status = 'active', changedAt = undefined) => ({ id: name.toLowerCase(), name, status, changedAt });
const names = rows => rows.map(({ name }) => name).join(' ');

test('names are in the order of the reader\'s language, whatever their case', () => {
  assert.equal(names(byName([row('orders'), row('Zebra'), row('billing'), row('Änderung')])), 'Änderung billing orders Zebra');
});

test('sorted by status what failed comes first, and equals by name', () => {
  const rows = byName([row('d'), row('c', 'failed'), row('b', 'paused'), row('a')]);
  assert.equal(names(inOrder(rows, 'status')), 'c a d b');
});

test('sorted by change the latest comes first, what never changed last, and equals by name', () => {
  const rows = byName([row('d', 'active', 5), row('c'), row('b', 'active', 9), row('a', 'active', 5)]);
  assert.equal(names(inOrder(rows, 'changed')), 'b a d c');
});

test('a search looks at names and ids, and a filter at statuses', () => {
  const rows = [row('Orders'), { ...row('Billing', 'failed'), id: 'order-bills' }, row('Stock', 'failed')];
  assert.equal(names(rows.filter(matcher({ search: ' ORDER ', status: '', sort: 'name' }))), 'Orders Billing');
  assert.equal(names(rows.filter(matcher({ search: 'order', status: 'failed', sort: 'name' }))), 'Billing');
});

test('statuses are counted', () => {
  assert.deepEqual([...countByStatus([row('a'), row('b', 'failed'), row('c')])], [['active', 2], ['failed', 1]]);
});

test('the address names only what is not usual', () => {
  assert.equal(addressQuery({ search: ' ', status: '', sort: 'name' }), '');
  assert.equal(addressQuery({ search: ' a b ', status: 'failed', sort: 'changed' }), 'q=a+b&status=failed&sort=changed');
});

test('when one row goes to the front only that one moves', () => {
  assert.deepEqual([...rowsToMove(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'])], ['d']);
});

test('a pinned row stays, and the others move around it', () => {
  assert.deepEqual([...rowsToMove(['a', 'b', 'c', 'd'], ['d', 'a', 'b', 'c'], 'd')], ['a', 'b', 'c']);
});

test('rows that appear, vanish and move are counted once each', () => {
  assert.equal(countDifferences(['a', 'b', 'c'], ['a', 'b', 'c']), 0);
  assert.equal(countDifferences(['a', 'b', 'c'], ['c', 'a', 'new']), 3);
});

test('whatever the order, moving the named rows makes it, the pinned one stays, and no fewer would do', () => {
  const random = seeded(7);
  for (let turn = 0; turn < 300; turn++) {
    const wanted = Array.from({ length: 1 + Math.floor(random() * 7) }, (_, index) => index);
    const present = shuffled(wanted, random);
    const pinned = random() < 0.5 ? present[Math.floor(random() * present.length)] : undefined;
    const moving = rowsToMove(present, wanted, pinned);
    const staying = present.filter(item => !moving.has(item));
    assert.ok(staying.every((item, index) => index === 0 || staying[index - 1] < item), `${present}: ${staying}`);
    assert.ok(pinned === undefined || !moving.has(pinned));
    assert.equal(staying.length, longestRise(present, pinned), `${present} pinned ${pinned}: ${staying}`);
  }
});

/** By trying every part of the list. */
function longestRise(items, pinned) {
  let longest = 0;
  for (let parts = 1; parts < 1 << items.length; parts++) {
    const part = items.filter((_, index) => parts & (1 << index));
    const rises = part.every((item, index) => index === 0 || part[index - 1] < item);
    if (rises && (pinned === undefined || part.includes(pinned))) longest = Math.max(longest, part.length);
  }
  return longest;
}

function shuffled(items, random) {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0]);
}
