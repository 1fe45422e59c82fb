import { ListTools } from './list-tools.js';
import { LivePage } from './live-page.js';
import { rowFor, watchForNewcomers, type Newcomer } from './new-pipelines.js';
import { Savings } from './saved-reads.js';

const page = new LivePage();
const tools = new ListTools(page.pipelines);
const savings = new Savings(() => page.pipelines.length);
let toolsAreDue = false;

page.start({ changed: refreshTools });
watchForNewcomers(id => page.has(id), welcome);

/** Pipelines that came into being: each gets a row; a page without rows is loaded anew. */
function welcome(newcomers: readonly Newcomer[]): void {
  const rows = newcomers.map(rowFor).filter(row => row !== undefined);
  if (rows.length < newcomers.length) {
    location.reload();
    return;
  }
  document.querySelector('[data-pipelines] tbody')?.append(...rows);
  page.add(rows);
  refreshTools();
  savings.show();
}

/** Once for all changes that one event brought. */
function refreshTools(): void {
  if (toolsAreDue) return;
  toolsAreDue = true;
  queueMicrotask(() => {
    toolsAreDue = false;
    tools.refresh();
  });
}
