import { gzipSync } from 'node:zlib';
import { core } from './bundles.mjs';

const kilobyte = 1024;
/** The most that each may have, minified and gzipped. */
const budgets = { 'the library': 13.6 * kilobyte, 'the library without sharing among tabs': 11.7 * kilobyte, 'the scripts of the largest page': 24.6 * kilobyte };

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

function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}
