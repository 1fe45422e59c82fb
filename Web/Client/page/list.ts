import { ListTools } from './list-tools.js';
import { LivePage } from './live-page.js';
import { rowFor, watchForNewcomers, type Newcomer } from './new-pipelines.js';
import { Savings } from './saved-reads.js';

const page = new LivePage();
const tools = new ListTools(page.pipelines, () => page.draw(), sentence => page.say(sentence));
const savings = new Savings(() => page.pipelines.length);

page.start({ changed: () => tools.refresh(), beforeDrawing: () => tools.prepare(), afterDrawing: () => tools.place() });
watchForNewcomers(id => page.has(id), welcome);

/** Pipelines that came into being: each gets a row; a page without rows is loaded anew. */
function welcome(newcomers: readonly Newcomer[]): void {
  const rows = newcomers.map(rowFor).filter(row => row !== undefined);
  if (rows.length < newcomers.length) {
    location.reload();
    return;
  }
  for (const row of rows) row.hidden = true;
  document.querySelector('[data-pipelines] tbody')?.append(...rows);
  tools.add(page.add(rows));
  savings.show();
}
