import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** A browser with one page, for all tests of a file: pages are what takes long to start. */
export async function openBrowser() {
  const browser = await chromium.launch({ executablePath: find(), args: ['--no-sandbox'] });
  const page = await browser.newPage();
  page.setDefaultTimeout(10_000);
  return { page, close: () => browser.close() };
}

/** Opens the page at an address, for the length of a test. Gives what its console says in earnest. */
export async function openPage(t, { page }, url, { colorScheme = 'light' } = {}) {
  const complaints = [];
  const onError = error => complaints.push(String(error));
  const onLine = line => {
    // The library warns of what it lives through.
    if (['error', 'warning'].includes(line.type()) && !line.text().startsWith('[SSE Manager]')) complaints.push(line.text());
  };
  page.on('pageerror', onError).on('console', onLine);
  t.after(async () => {
    page.off('pageerror', onError).off('console', onLine);
    await page.goto('about:blank');
  });
  await page.emulateMedia({ colorScheme });
  await page.goto(url);
  return { page, complaints };
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
