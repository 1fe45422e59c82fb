import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { bundle, node, npm, tarball, tools, workplace } from './running/packed.js';

let place, packed, installed, manifest;

before(async () => {
  place = await workplace();
  packed = await readFile(await tarball());
  await writeFile(join(place.folder, 'package.json'), '{ "type": "module" }');
  await npm(place.folder, 'install', '--prefer-offline', '--no-audit', '--no-fund',
    await tarball(), 'react@19.3.1', 'react-dom@19.3.1', '@types/react@19.3.0', '@types/react-dom@19.3.0');
  installed = join(place.folder, 'node_modules/pipeline-status');
  manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
});

after(() => place?.remove());

test('publint has nothing to say', async () => {
  const { messages } = await publint({ pack: { tarball: packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength) }, strict: true });
  assert.deepEqual(messages.map(message => formatMessage(message, manifest)), []);
});

test('types are right for every way of importing that the package is for', async () => {
  const { problems } = await checkPackage(createPackageFromTarballData(packed));
  // It is of ES modules only: what knows neither these nor `exports` cannot import it.
  const concerns = problems.filter(({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10');
  assert.deepEqual(concerns, []);
});

test('the package has its code, its types, its licence and its README, and nothing else', async () => {
  const files = createPackageFromTarballData(packed).listFiles().map(file => file.replace('/node_modules/pipeline-status/', ''));
  assert.deepEqual(files.filter(file => !file.startsWith('dist/types/')).sort(),
    ['LICENSE', 'README.md', 'dist/element.js', 'dist/index.js', 'dist/react.js', 'package.json']);
  assert.ok(files.every(file => !file.startsWith('dist/types/') || file.endsWith('.d.ts')));
  assert.deepEqual([manifest.license, manifest.dependencies], ['MIT', undefined]);
});

test('the README says what the files weigh', async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  const said = [...readme.matchAll(/`pipeline-status(?:\/(\w+))?` ([\d.]+) KB/g)];
  assert.deepEqual(said.map(([, subpath]) => subpath), [undefined, 'react', 'element']);
  for (const [, subpath = 'index', size] of said) {
    const weighs = gzipSync(await readFile(join(installed, `dist/${subpath}.js`)), { level: 9 }).length / 1024;
    assert.ok(Math.abs(weighs - Number(size)) <= 0.06, `${subpath} weighs ${weighs} KB, not ${size}`);
  }
});

test('every subpath can be imported on a server, which has no page', async () => {
  await writeFile(join(place.folder, 'server.js'), `
    const modules = await Promise.all(['pipeline-status', 'pipeline-status/react', 'pipeline-status/element'].map(name => import(name)));
    console.log(modules.map(({ sharedClient, useSSEConnectionState, PipelineStatusElement }) =>
      typeof (sharedClient ?? useSSEConnectionState ?? PipelineStatusElement)).join());`);
  assert.equal(await node(place.folder, 'server.js'), 'function,function,function\n');
});

test('a bundler keeps an element that is imported for its effect alone, and drops hooks that nobody uses', async () => {
  await writeFile(join(place.folder, 'effect.js'), "import 'pipeline-status/element'; import 'pipeline-status/react';");
  const [{ text }] = await bundle(place.folder, ['effect.js'], 'bundled', { external: ['react'], minify: true, logLevel: 'error' });
  assert.match(text, /customElements\.define/);
  assert.doesNotMatch(text, /react/);
});

test('what every subpath exports is what is promised', async () => {
  await writeFile(join(place.folder, 'names.js'), `
    for (const name of ['pipeline-status', 'pipeline-status/react', 'pipeline-status/element']) console.log(Object.keys(await import(name)).sort().join());`);
  assert.deepEqual((await node(place.folder, 'names.js')).trim().split('\n').map(line => line.split(',')), [
    ['PipelineStatusClient', 'PollError', 'SignedOutError', 'StreamImpossibleError', 'StreamParseError', 'StreamRefusedError', 'TooManyPipelinesError',
      'browserEnvironment', 'connectionState', 'defaultConfig', 'getStatus', 'isSSEStatusEnabled', 'isSseStatusEnabled', 'listEtag', 'parseEvent', 'pipelineStatus',
      'pipelineStatuses', 'resetFallback', 'resolveConfig', 'settingsElementId', 'sharedClient', 'show', 'transport', 'watch'],
    ['PipelineStatusProvider', 'useMultiplePipelineState', 'usePipelineMonitoring', 'usePipelineSnapshot', 'usePipelineStateSSE', 'usePipelineStatusClient',
      'useSSEConnectionState', 'useSSEFallbackState', 'useTransport'],
    ['PipelineStatusElement', 'changeEvent', 'words'],
  ]);
});

for (const moduleResolution of ['bundler', 'nodenext']) {
  test(`the README's examples are what the types allow, found the way of ${moduleResolution}`, async () => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const examples = [...readme.matchAll(/```(tsx?)\n(.*?)```/gs)];
    assert.equal(examples.length, 4);
    const names = await Promise.all(examples.map(async ([, extension, text], index) => {
      const name = `example-${index}.${extension}`;
      await writeFile(join(place.folder, name), text);
      return name;
    }));
    await compile(moduleResolution, 'es2022,dom', ...names);
  });
}

test('the types ask for no newer language than ES2020', async () => {
  await writeFile(join(place.folder, 'older.ts'), ['', '/react', '/element'].map(subpath => `export * from 'pipeline-status${subpath}';`).join('\n'));
  await compile('bundler', 'es2020,dom', 'older.ts');
});

test('an element in JSX without the pipeline that it is to show is a mistake', async () => {
  await writeFile(join(place.folder, 'mistake.tsx'), `
    import type {} from 'pipeline-status/react';
    export const element = <pipeline-status id="orders" />;`);
  await assert.rejects(compile('bundler', 'es2022,dom', 'mistake.tsx'), /'pipeline-id'' is missing/);
});

/** Checks the types, those of the package too. */
function compile(moduleResolution, lib, ...names) {
  return node(place.folder, join(tools, 'typescript/bin/tsc'), '--ignoreConfig', '--noEmit', '--strict', '--target', 'es2020', '--lib', lib, '--jsx', 'react-jsx',
    '--types', '', '--module', moduleResolution === 'bundler' ? 'esnext' : 'nodenext', '--moduleResolution', moduleResolution, ...names);
}
