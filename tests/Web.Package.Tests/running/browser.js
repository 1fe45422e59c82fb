import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

export async function openBrowser() {
  return chromium.launch({ executablePath: find(), args: ['--no-sandbox'] });
}

/** A page in a browser of its own, and what its console says in earnest. */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    // The library warns of what it lives through.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('[SSE Manager]')) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints, close: () => context.close() };
}

function find() {
  const paths = (process.env.PATH ?? '').split(delimiter).flatMap(folder => names.map(name => join(folder, name)));
  const path = paths.find(isExecutable);
  if (!path) throw new Error(`None of ${names.join(', ')} is on the PATH.`);
  return path;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
