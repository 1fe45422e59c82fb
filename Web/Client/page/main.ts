import { pipelineStatuses, type PipelineSnapshot, type PipelineStatus } from '../pipeline-status.js';
import { offerActions } from './actions.js';
import { Announcer } from './announcer.js';
import { ChangeHistory } from './change-history.js';
import { ConnectionView } from './connection-view.js';
import { EventPanel } from './event-panel.js';
import { ListTools } from './list-tools.js';
import { Latency } from './latency.js';
import { rowFor, watchForNewcomers, type Newcomer } from './new-pipelines.js';
import { client, events } from './page-client.js';
import { PipelineElement } from './pipeline-element.js';
import { retryUnavailable } from './retry-unavailable.js';
import { Savings } from './saved-reads.js';
import { StalledNotice } from './stalled-notice.js';
import { Timeline } from './timeline.js';

const clockSkew = Date.now() - Number(document.body.dataset['renderedAt'] ?? Date.now());
const shown = [...document.querySelectorAll<HTMLElement>('[data-pipeline-id]')]
  .map(element => new PipelineElement(element, clockSkew));
const byId = new Map(shown.map(pipeline => [pipeline.id, pipeline]));

const announcer = new Announcer(document.querySelector('[data-announcer]'));
const connection = new ConnectionView(client);
const history = new ChangeHistory();
const tools = new ListTools(shown);
const savings = new Savings(() => shown.length);
const timeline = new Timeline(shown[0]);
const latency = new Latency(shown[0]?.id);
new EventPanel(events);
new StalledNotice(client, announcer);

for (const { id, status } of shown) {
  if ((pipelineStatuses as readonly string[]).includes(status)) client.seed(id, status as PipelineStatus);
}
if (shown.length > 0) client.watch(byId.keys(), show);
offerActions(client);
retryUnavailable();
watchForNewcomers(id => byId.has(id), welcome);
window.setInterval(tick, 1000);

let toolsAreDue = false;

function show(snapshot: PipelineSnapshot): void {
  const pipeline = byId.get(snapshot.pipelineId);
  if (!pipeline) return;
  const before = pipeline.status;
  if (pipeline.show(snapshot)) {
    announcer.changed(pipeline.name, snapshot);
    history.add(before, snapshot);
    refreshTools();
  }
  pipeline.tick(streaming());
  timeline.tick();
}

/** Pipelines that came into being: each gets a row; a page without rows is loaded anew. */
function welcome(newcomers: readonly Newcomer[]): void {
  for (const newcomer of newcomers) {
    const row = rowFor(newcomer);
    if (!row) {
      location.reload();
      return;
    }
    const pipeline = new PipelineElement(row, clockSkew);
    shown.push(pipeline);
    byId.set(pipeline.id, pipeline);
    document.querySelector('[data-pipelines] tbody')?.append(row);
  }
  client.watch(newcomers.map(({ id }) => id), show);
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

function tick(): void {
  connection.show();
  for (const pipeline of shown) pipeline.tick(streaming());
  timeline.tick();
  latency.tick();
}

function streaming(): boolean {
  return client.transport.value.transport === 'sse';
}
