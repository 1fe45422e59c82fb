import { pipelineStatuses, type PipelineSnapshot, type PipelineStatus } from '../pipeline-status.js';
import { Announcer } from './announcer.js';
import { ChangeHistory } from './change-history.js';
import { ConnectionView } from './connection-view.js';
import { EventPanel } from './event-panel.js';
import { ListTools } from './list-tools.js';
import { client, events } from './page-client.js';
import { PipelineElement } from './pipeline-element.js';
import { retryUnavailable } from './retry-unavailable.js';

const clockSkew = Date.now() - Number(document.body.dataset['renderedAt'] ?? Date.now());
const shown = [...document.querySelectorAll<HTMLElement>('[data-pipeline-id]')]
  .map(element => new PipelineElement(element, clockSkew));
const byId = new Map(shown.map(pipeline => [pipeline.id, pipeline]));

const announcer = new Announcer(document.querySelector('[data-announcer]'));
const connection = new ConnectionView(client);
const history = new ChangeHistory();
const tools = new ListTools(shown);
new EventPanel(events);

for (const { id, status } of shown) {
  if ((pipelineStatuses as readonly string[]).includes(status)) client.seed(id, status as PipelineStatus);
}
if (shown.length > 0) client.watch(byId.keys(), show);
retryUnavailable();
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
}

function streaming(): boolean {
  return client.transport.value.transport === 'sse';
}
