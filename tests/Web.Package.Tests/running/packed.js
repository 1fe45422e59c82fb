import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

export const samples = join(root, 'samples');
/** The TypeScript compiler and esbuild, as the client is built with. */
export const tools = join(root, 'Web/Client/node_modules');

/** The package as it would be published. */
export async function tarball() {
  const folder = join(root, 'artifacts/npm');
  const found = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.tgz'));
  if (found.length !== 1) throw new Error(`${folder} has ${found.length} packages, not one. Pack it: npm --prefix Web/Client run pack`);
  return join(folder, found[0]);
}

/** A folder of its own for what somebody makes of the package; `remove` when done. */
export async function workplace() {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-status-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A sample as somebody gets it, installed, with the packed package. */
export async function installSample(name, folder) {
  await cp(join(samples, name), folder, { recursive: true, filter: path => !path.includes('node_modules') });
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  manifest.dependencies['pipeline-status'] = `file:${await tarball()}`;
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await npm(folder, 'install', '--prefer-offline');
}

/** Bundles scripts of a folder as somebody would who has installed the package there: readable, for development. */
export async function bundle(folder, entryPoints, outdir, options = {}) {
  const { build } = createRequire(join(tools, '..', 'build.mjs'))('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: folder, entryPoints, outdir, bundle: true, format: 'esm', target: 'es2022', jsx: 'automatic', logLevel: 'warning', write: false, ...options,
  });
  await mkdir(join(folder, outdir), { recursive: true });
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  return outputFiles;
}

export async function npm(folder, ...command) {
  return execute(folder, 'npm', ...command);
}

export async function node(folder, ...command) {
  return execute(folder, process.execPath, ...command);
}

async function execute(cwd, ...[file, ...command]) {
  try {
    return (await run(file, command, { cwd, timeout: 120_000 })).stdout;
  } catch (error) {
    throw new Error(`${file} ${command.join(' ')}\n${error.stdout}\n${error.stderr}`, { cause: error });
  }
}
