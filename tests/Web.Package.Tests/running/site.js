import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { samples } from './packed.js';

/** A folder served as the samples are: with a hub behind it. `stop` ends it. */
export async function serve(folder, hub) {
  const server = spawn(process.execPath, [join(samples, 'serve.mjs'), folder, '0'], {
    env: { ...process.env, HUB: hub }, stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(createInterface(server.stdout), 'line');
  return {
    url,
    stop: async () => {
      const over = once(server, 'exit');
      server.kill();
      await over;
    },
  };
}
