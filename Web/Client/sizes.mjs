import { gzipSync } from 'node:zlib';
import { core } from './bundles.mjs';

const kilobyte = 1024;
/** The most that each may have, minified and gzipped. On the line 1.6 KB more come for a page: headers, and a quicker compression. */
const budgets = { 'the library': 14.7 * kilobyte, 'the library without sharing among tabs': 12.8 * kilobyte, 'the scripts of the largest page': 26.4 * kilobyte };

const packageBudgets = { 'index.js': 14.8 * kilobyte, 'react.js': 1 * kilobyte, 'element.js': 2.2 * kilobyte, 'all of it': 17.8 * kilobyte };

/** Prints what the bundles weigh; gives a sentence for each budget that is overdrawn. */
export async function overBudget(built) {
  for (const [name, bytes] of built) console.log(`${name}: ${bytes.length} bytes, gzipped ${gzipped(bytes)}`);
  const library = gzipped(built.get('pipeline-status.js'));
  const pages = [...built].filter(([name]) => name !== 'pipeline-status.js').map(([, bytes]) => gzipped(bytes));
  const sizes = {
    'the library': library,
    'the library without sharing among tabs': gzipped(await core()),
    'the scripts of the largest page': library + Math.max(...pages),
  };
  return Object.entries(sizes).flatMap(([what, size]) => {
    console.log(`${what}: ${size} of at most ${budgets[what]} bytes gzipped`);
    return size > budgets[what] ? [`${what}: ${size} bytes gzipped, and may have ${budgets[what]}`] : [];
  });
}

/** The same for the files of the npm package: each, and all of them together. */
export function packageOverBudget(built) {
  const sizes = Object.fromEntries([...built].map(([name, bytes]) => [name, gzipped(bytes)]));
  sizes['all of it'] = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  return Object.entries(sizes).flatMap(([name, size]) => {
    console.log(`pipeline-status, ${name}: ${size} of at most ${packageBudgets[name]} bytes gzipped`);
    return size <= packageBudgets[name] ? [] : [`pipeline-status, ${name}: ${size} bytes gzipped, and may have ${packageBudgets[name]}`];
  });
}

function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}
