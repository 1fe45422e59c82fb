import { browserEnvironment } from '../pipeline-status.js';
import { ListFeed } from './list-feed.js';
import { ListTools } from './list-tools.js';
import { LivePage } from './live-page.js';
import { client } from './page-client.js';
import { PagePipeline } from './page-pipeline.js';
import { paintedStatuses } from './painted-statuses.js';
import type { ListedPipeline } from './pipeline-list.js';
import { Savings } from './saved-reads.js';
import { isSignedOut, whenSignedIn } from './sign-in.js';
import { loadIcons } from './status-icons.js';

/** A list that has not come in so many milliseconds is asked for again later. */
const patience = 30_000;

const page = new LivePage();
const statuses = paintedStatuses();
const tools = listTools();
const savings = new Savings(countAll);

page.start({ changed: () => tools?.statusesChanged(), beforeDrawing: () => tools?.prepare(), afterDrawing: () => tools?.place() });
keepUpToDate(statuses.size === 0);
loadIcons().catch(() => undefined);

/** How many pipelines there are, also those that have not come yet. */
function countAll(): number {
  return page.pipelines.length + statuses.size;
}

function listTools(): ListTools | undefined {
  const form = document.querySelector<HTMLFormElement>('[data-tools]');
  const zone = document.querySelector<HTMLElement>('[data-list]');
  const body = document.querySelector<HTMLElement>('[data-pipelines] tbody');
  return form && zone && body ? new ListTools(form, zone, body, page.pipelines, statuses.size === 0, page) : undefined;
}

function keepUpToDate(isWhole: boolean): void {
  const url = document.querySelector<HTMLElement>('[data-list-url]')?.dataset['listUrl'];
  if (!url) return;
  const feed = new ListFeed({
    ...browserEnvironment(),
    // By itself the browser's cache would answer a 304 with the body that it knows.
    fetch: (address, headers) => fetch(address, { headers, cache: 'no-store', signal: AbortSignal.timeout(patience) }),
    isQuiet: () => document.hidden || isSignedOut(client),
    signedOut: () => client.reportSignedOut(),
  }, url, client.listEtag, take);
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && !isSignedOut(client)) feed.shown();
  });
  whenSignedIn(client, () => feed.shown());
  feed.start(isWhole);
}

/** The backend's list as it is now. A page without rows is loaded anew, for the first ones as after the last ones. */
function take(list: readonly ListedPipeline[]): void {
  if ((list.length === 0) !== (countAll() === 0)) {
    location.reload();
    return;
  }
  const listed = new Map(list.map(pipeline => [pipeline.id, pipeline]));
  const removed = page.pipelines.filter(({ id }) => !listed.has(id));
  const added = [...listed.values()].filter(({ id }) => !page.get(id)).map(toPagePipeline);
  if (added.length === 0 && removed.length === 0 && statuses.size === 0) return;
  page.change(added, removed);
  tools?.change(statuses.size === 0 ? added : [], removed);
  if (statuses.size > 0) tools?.complete(added);
  statuses.clear();
  savings.show();
}

function toPagePipeline({ id, name, changedAt }: ListedPipeline): PagePipeline {
  return new PagePipeline(id, name, statuses.get(id) ?? 'unknown', changedAt === undefined ? undefined : changedAt + page.clockSkew);
}
