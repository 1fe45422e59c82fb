// Writes the files that Web serves under /js; they are committed. Before that: npm ci.
//   node build.mjs            writes them
//   node build.mjs --check    fails when those that are there are not what the sources give, or are too large
//   node build.mjs --modules  writes single modules for the unit tests to artifacts/client
//   node build.mjs --package  writes what the npm package ships to package/dist
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundles, modules } from './bundles.mjs';
import { writePackage } from './package.mjs';
import { overBudget, packageOverBudget } from './sizes.mjs';

const served = fileURLToPath(new URL('../wwwroot/js/', import.meta.url));
const single = fileURLToPath(new URL('../../artifacts/client/', import.meta.url));

const { values: asked } = parseArgs({ options: { check: { type: 'boolean' }, modules: { type: 'boolean' }, package: { type: 'boolean' } } });
const wrong = asked.modules ? await writeModules()
  : asked.package ? packageOverBudget(await writePackage())
  : asked.check ? await check()
  : await write();
for (const line of wrong) console.error(line);
process.exitCode = wrong.length > 0 ? 1 : 0;

async function writeModules() {
  await rm(single, { recursive: true, force: true });
  await modules(single);
  // Node takes .js for CommonJS where no package.json says otherwise.
  await writeFile(`${single}package.json`, '{ "type": "module" }\n');
  return [];
}

async function write() {
  const built = await bundles();
  await rm(served, { recursive: true, force: true });
  await mkdir(served, { recursive: true });
  for (const [name, bytes] of built) await writeFile(served + name, bytes);
  return overBudget(built);
}

async function check() {
  const built = await bundles();
  const present = await readdir(served, { recursive: true }).catch(() => []);
  const names = [...new Set([...built.keys(), ...present])];
  const isAsBuilt = async name => built.get(name)?.equals(await readFile(served + name).catch(() => Buffer.alloc(0))) ?? false;
  const differing = [];
  for (const name of names) if (!await isAsBuilt(name)) differing.push(name);
  const stale = differing.map(name => `Web/wwwroot/js/${name} is not what Web/Client gives. Rebuild it: npm --prefix Web/Client run build`);
  return [...stale, ...await overBudget(built)];
}
