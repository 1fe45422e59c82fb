import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RowHeights } from '../../artifacts/client/page/row-heights.js';
import { covers, nextRange, rangeAt, touches, withPinned } from '../../artifacts/client/page/row-ranges.js';
import { seeded } from './fakes/seeded.js';

const offsets = heights => heights.reduce((ends, height) => [...ends, ends.at(-1) + height], [0]);
const rows = (count, kind = 'plain') => Array.from({ length: count }, (_, index) => ({ index, kind }));

test('the rows that touch the screen are found, whatever their heights', () => {
  const starts = Float64Array.from(offsets([50, 70, 50, 70]));
  assert.deepEqual(rangeAt(starts, 0, 49), { from: 0, to: 1 });
  assert.deepEqual(rangeAt(starts, 49, 121), { from: 0, to: 3 });
  assert.deepEqual(rangeAt(starts, 120, 169), { from: 2, to: 3 });
});

test('before and after the list it is its first and its last row', () => {
  const starts = Float64Array.from(offsets([50, 50, 50]));
  assert.deepEqual(rangeAt(starts, -900, -100), { from: 0, to: 1 });
  assert.deepEqual(rangeAt(starts, 900, 1700), { from: 2, to: 3 });
  assert.deepEqual(rangeAt(Float64Array.from([0]), 0, 800), { from: 0, to: 0 });
});

test('a pinned row far away has its neighbours with it, and one that is near is part of the rest', () => {
  assert.deepEqual(withPinned({ from: 100, to: 140 }, [5000, 0], 10_000), [{ from: 0, to: 2 }, { from: 100, to: 140 }, { from: 4999, to: 5002 }]);
  assert.deepEqual(withPinned({ from: 100, to: 140 }, [120, 140], 10_000), [{ from: 100, to: 142 }]);
  assert.deepEqual(withPinned({ from: 0, to: 3 }, [2], 3), [{ from: 0, to: 3 }]);
  assert.deepEqual(withPinned({ from: 0, to: 0 }, [], 0), []);
});

test('ranges are in order and never touch, whatever is pinned, and have the screen and every pinned row', () => {
  const random = seeded(11);
  for (let turn = 0; turn < 500; turn++) {
    const count = 1 + Math.floor(random() * 40);
    const from = Math.floor(random() * count);
    const range = { from, to: from + 1 + Math.floor(random() * (count - from)) };
    const pinned = Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * count));
    const ranges = withPinned(range, pinned, count);
    assert.ok(ranges.every(({ from, to }, index) => from < to && to <= count && (index === 0 || ranges[index - 1].to < from)));
    assert.ok(covers(ranges, range) && pinned.every(place => covers(ranges, { from: place, to: place + 1 })));
  }
});

test('a leap touches nothing that is there, a step does', () => {
  const ranges = [{ from: 10, to: 20 }];
  assert.equal(touches(ranges, { from: 19, to: 40 }), true);
  assert.equal(touches(ranges, { from: 20, to: 40 }), false);
});

test('what has not been drawn is reckoned from the first of its kind, and measured once it has been', () => {
  const heights = new RowHeights(row => row.kind);
  const list = [...rows(2), ...rows(2, 'tall')];
  heights.learn(new Map([[list[0], 50], [list[2], 70]]));
  assert.deepEqual([...heights.offsets(list)], [0, 50, 100, 170, 240]);
  heights.learn(new Map([[list[1], 90]]));
  assert.deepEqual([...heights.offsets(list)], [0, 50, 140, 210, 280]);
});

test('a row that turns out higher moves only what is below it', () => {
  const heights = new RowHeights(row => row.kind);
  const list = rows(10_000);
  heights.learn(new Map(list.slice(0, 200).map(row => [row, 50])));
  const before = heights.offsets(list);
  heights.learn(new Map([[list[5000], 90]]));
  const after = heights.offsets(list);
  assert.equal(after[5000], before[5000]);
  assert.equal(after[10_000], before[10_000] + 40);
});

test('with another width of the page nothing is known any more', () => {
  const heights = new RowHeights(row => row.kind);
  const list = rows(2);
  heights.learn(new Map([[list[0], 50]]));
  heights.offsets(list);
  heights.forget();
  heights.learn(new Map([[list[0], 110]]));
  assert.deepEqual([...heights.offsets(list)], [0, 110, 220]);
});

test('as long as nothing is learned the reckoning is not made again', () => {
  const heights = new RowHeights(row => row.kind);
  const list = rows(3);
  heights.learn(new Map([[list[0], 50]]));
  const first = heights.offsets(list);
  heights.learn(new Map(list.map(row => [row, 50])));
  assert.equal(heights.offsets(list), first);
  assert.notEqual(heights.offsets([...list]), first);
});

test('what is seen is drawn at once, and what is around it a few rows at a time', () => {
  const [seen, wanted] = [{ from: 500, to: 520 }, { from: 480, to: 540 }];
  const steps = [];
  let drawn = [{ from: 0, to: 60 }];
  while (!covers(drawn, wanted)) {
    drawn = [nextRange(drawn, seen, wanted, 12)];
    steps.push(drawn[0]);
  }
  assert.deepEqual(steps, [seen, { from: 494, to: 526 }, { from: 488, to: 532 }, { from: 482, to: 538 }, wanted]);
});

test('what is there already stays as long as it is wanted, and costs no room', () => {
  assert.deepEqual(nextRange([{ from: 100, to: 160 }], { from: 130, to: 150 }, { from: 110, to: 170 }, 12), { from: 110, to: 170 });
  assert.deepEqual(nextRange([{ from: 100, to: 140 }], { from: 130, to: 150 }, { from: 110, to: 170 }, 12), { from: 110, to: 152 });
  assert.deepEqual(nextRange([{ from: 8, to: 60 }], { from: 0, to: 20 }, { from: 0, to: 40 }, 12), { from: 0, to: 40 });
});
