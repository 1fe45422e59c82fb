// Serves a folder, and passes /ui-api on to a hub, so that both are one origin:
//   node serve.mjs FOLDER [PORT]        the hub is HUB, else http://localhost:5080
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { extname, join, normalize, resolve } from 'node:path';
import { pipeline } from 'node:stream';

const [folder = '.', port = '8080'] = process.argv.slice(2);
const root = resolve(folder);
const hub = new URL(process.env.HUB ?? 'http://localhost:5080');
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

const server = createServer((asked, answer) => {
  if (asked.url.startsWith('/ui-api/')) passOn(asked, answer);
  else serveFile(asked, answer);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`http://localhost:${server.address().port}`));

function passOn(asked, answer) {
  const { method, url: path, headers } = asked;
  const upstream = request({ hostname: hub.hostname, port: hub.port, method, path, headers: { ...headers, host: hub.host } }, response => {
    answer.writeHead(response.statusCode, response.headers);
    answer.flushHeaders();
    pipeline(response, answer, () => {});
  });
  upstream.on('error', () => answer.headersSent ? answer.destroy() : answer.writeHead(502).end());
  answer.on('close', () => upstream.destroy());
  asked.pipe(upstream);
}

async function serveFile({ url }, answer) {
  const path = join(root, normalize(decodeURIComponent(new URL(url, 'http://sample').pathname)));
  const file = path.endsWith('/') ? join(path, 'index.html') : path;
  const isThere = file.startsWith(root) && await stat(file).then(found => found.isFile(), () => false);
  if (!isThere) {
    answer.writeHead(404).end();
    return;
  }
  answer.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Cache-Control': 'no-cache' });
  pipeline(createReadStream(file), answer, () => {});
}
