import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageFiles } from './bundles.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const dist = fileURLToPath(new URL('package/dist/', import.meta.url));
const packed = fileURLToPath(new URL('../../artifacts/npm/', import.meta.url));

/**
 * Writes what the npm package ships, to package/dist: its JavaScript, and the declarations that those of its subpaths lead to. What was
 * packed of an earlier one is gone with it.
 */
export async function writePackage() {
  for (const folder of [dist, packed]) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  const built = await packageFiles();
  for (const [name, bytes] of built) await writeFile(dist + name, bytes);
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'package/tsconfig.json'], { cwd: here });
  await removeUnreached(join(dist, 'types'));
  return built;
}

/** The compiler declares every module that it has read; most of them nobody who imports the package gets to see. */
async function removeUnreached(types) {
  const reached = new Set();
  const reach = async name => {
    if (reached.has(name)) return;
    reached.add(name);
    const text = await readFile(join(types, name), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import\()\s*'(\.[^']+)\.js'/g)) await reach(normalize(join(name, '..', `${path}.d.ts`)));
  };
  for (const subpath of ['.', 'react', 'element']) await reach(normalize(join('package', subpath, 'index.d.ts')));
  for (const name of await readdir(types, { recursive: true })) {
    if (name.endsWith('.d.ts') && !reached.has(name)) await rm(join(types, name));
  }
}
