import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const common = { absWorkingDir: here, format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' };
const library = './pipeline-status.js';

/** What Web serves under /js: the library, and one file for each page. Gives the bytes of each by its name. */
export async function bundles() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { 'pipeline-status': 'pipeline-status.ts', list: 'page/list.ts', details: 'page/details.ts', demo: 'page/demo.ts' },
    outdir: '.',
    bundle: true,
    minify: true,
    write: false,
    plugins: [libraryStaysOutside],
  });
  return new Map(outputFiles.map(file => [file.path.slice(here.length), Buffer.from(file.contents)]));
}

/** The JavaScript of the npm package, one file for each of its subpaths. Gives the bytes of each by its name. */
export async function packageFiles() {
  const { outputFiles } = await build({
    ...common,
    entryPoints: { index: 'package/index.ts', react: 'package/react/index.ts', element: 'package/element/index.ts' },
    outdir: '.',
    bundle: true,
    minify: true,
    write: false,
    external: ['react'],
    plugins: [indexStaysOutside],
  });
  return new Map(outputFiles.map(file => [file.path.slice(here.length), Buffer.from(file.contents)]));
}

/** The library as it would be without the sharing of streams among tabs. Nobody serves it; it is measured. */
export async function core() {
  const { outputFiles } = await build({
    ...common, entryPoints: ['pipeline-status.ts'], bundle: true, minify: true, write: false, plugins: [withoutSharing],
  });
  return Buffer.from(outputFiles[0].contents);
}

/** Each module by itself, as readable as its source: what the unit tests import. */
export async function modules(outdir) {
  const sources = (await readdir(here, { recursive: true })).filter(file => file.endsWith('.ts') && !/node_modules|\bdist\b/.test(file));
  await build({ ...common, entryPoints: sources, outdir, outbase: '.' });
}

// Page and library are two files, so that whoever else on the page imports the library gets the page's own client.
const libraryStaysOutside = {
  name: 'library-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /\/pipeline-status\.js$/ }, () => ({ path: library, external: true }));
  },
};

// Of the package's files all use the same library, and the clients in it.
const indexStaysOutside = {
  name: 'index-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: './index.js', external: true }));
  },
};

const withoutSharing = {
  name: 'without-sharing',
  setup({ onLoad }) {
    onLoad({ filter: /\/shared-stream\.ts$/ }, () => ({ contents: 'export const SharedStream = undefined;' }));
  },
};
