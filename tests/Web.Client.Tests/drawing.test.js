import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DrawQueue } from '../../artifacts/client/page/draw-queue.js';

function screen(isUrgent = () => false) {
  const frames = [];
  const log = [];
  const queue = new DrawQueue({
    prepare: () => log.push('prepare'),
    isUrgent,
    draw: item => log.push(item),
    finish: () => log.push('finish'),
  }, callback => frames.push(callback));
  return {
    queue,
    waiting: () => frames.length,
    frame: () => {
      frames.shift()();
      return log.splice(0);
    },
  };
}

test('what comes before a frame is drawn in it, each once, between one look and one end', () => {
  const { queue, frame, waiting } = screen();
  for (const item of ['a', 'b', 'a', 'a']) queue.add(item);
  queue.schedule();
  assert.equal(waiting(), 1);
  assert.deepEqual(frame(), ['prepare', 'a', 'b', 'finish']);
  assert.equal(waiting(), 0);
});

test('a great many are drawn in parts, what people see first, and the end comes once', () => {
  const { queue, frame, waiting } = screen(item => item >= 1990);
  for (let item = 0; item < 2000; item++) queue.add(item);
  const first = frame();
  assert.deepEqual(first.slice(0, 11), [1990, 1991, 1992, 1993, 1994, 1995, 1996, 1997, 1998, 1999, 0]);
  const rest = [];
  while (waiting() > 0) rest.push(frame());
  const ends = rest.filter(part => part.includes('finish'));
  assert.equal(ends.length, 1);
  assert.equal(ends[0], rest.at(-1));
  assert.ok([first, ...rest].every(part => part.length <= 62));
  assert.equal(new Set([first, ...rest].flat()).size, 2002);
});

test('a frame that was only asked for draws nothing', () => {
  const { queue, frame } = screen();
  queue.schedule();
  assert.deepEqual(frame(), ['prepare', 'finish']);
});
