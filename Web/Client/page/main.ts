import { pipelineStatuses, type PipelineSnapshot, type PipelineStatus } from '../pipeline-status.js';
import { Announcer } from './announcer.js';
import { ChangeHistory } from './change-history.js';
import { ConnectionView } from './connection-view.js';
import { DrawQueue } from './draw-queue.js';
import { EventPanel } from './event-panel.js';
import { ListTools } from './list-tools.js';
import { Latency } from './latency.js';
import { rowFor, watchForNewcomers, type Newcomer } from './new-pipelines.js';
import { OnScreen } from './on-screen.js';
import { client, events } from './page-client.js';
import { PipelineElement } from './pipeline-element.js';
import { retryUnavailable } from './retry-unavailable.js';
import { Savings } from './saved-reads.js';
import { StalledNotice } from './stalled-notice.js';
import { Timeline } from './timeline.js';

const othersAtOnce = 100;
let nextTurn = 0;

const clockSkew = Date.now() - Number(document.body.dataset['renderedAt'] ?? Date.now());
const shown = [...document.querySelectorAll<HTMLElement>('[data-pipeline-id]')]
  .map(element => new PipelineElement(element, clockSkew));
const byId = new Map(shown.map(pipeline => [pipeline.id, pipeline]));
const byElement = new Map<Element, PipelineElement>(shown.map(pipeline => [pipeline.element, pipeline]));

const announcer = new Announcer(document.querySelector('[data-announcer]'));
const connection = new ConnectionView(client);
const history = new ChangeHistory();
const drawing = new DrawQueue<PipelineElement>({
  isUrgent: pipeline => onScreen.has(pipeline.element),
  prepare: () => tools.prepare(),
  draw: pipeline => pipeline.draw(streaming(), onScreen.has(pipeline.element)),
  finish: () => tools.place(),
}, callback => void window.requestAnimationFrame(callback));
const onScreen = new OnScreen(elements => {
  for (const element of elements) byElement.get(element)?.tick(streaming());
});
const tools = new ListTools(shown, () => drawing.schedule(), sentence => announcer.say(sentence));
const savings = new Savings(() => shown.length);
const timeline = new Timeline(shown[0]);
const latency = new Latency(shown[0]?.id);
new EventPanel(events);
new StalledNotice(client, announcer);
announcer.follow(client);

for (const { id, status } of shown) {
  if ((pipelineStatuses as readonly string[]).includes(status)) client.seed(id, status as PipelineStatus);
}
for (const { element } of shown) onScreen.observe(element);
if (shown.length > 0) client.watch(byId.keys(), show);
retryUnavailable();
watchForNewcomers(id => byId.has(id), welcome);
window.setInterval(tick, 1000);
document.addEventListener('visibilitychange', tick);

function show(snapshot: PipelineSnapshot): void {
  const pipeline = byId.get(snapshot.pipelineId);
  if (!pipeline) return;
  const before = pipeline.status;
  if (pipeline.take(snapshot)) {
    announcer.changed(pipeline.id, pipeline);
    history.add(before, snapshot);
    tools.refresh();
  }
  drawing.add(pipeline);
  timeline.tick();
}

/** Pipelines that came into being: each gets a row; a page without rows is loaded anew. */
function welcome(newcomers: readonly Newcomer[]): void {
  const added: PipelineElement[] = [];
  for (const newcomer of newcomers) {
    const row = rowFor(newcomer);
    if (!row) {
      location.reload();
      return;
    }
    const pipeline = new PipelineElement(row, clockSkew);
    added.push(pipeline);
    byId.set(pipeline.id, pipeline);
    byElement.set(row, pipeline);
    row.hidden = true;
    document.querySelector('[data-pipelines] tbody')?.append(row);
    onScreen.observe(row);
  }
  shown.push(...added);
  client.watch(newcomers.map(({ id }) => id), show);
  tools.add(added);
  savings.show();
}

function tick(): void {
  connection.show();
  if (!document.hidden) tickRows();
  timeline.tick();
  latency.tick();
}

/** What is seen is right every second; the rest, which may be read aloud or printed, in turn. */
function tickRows(): void {
  const others = shown.filter(pipeline => !onScreen.has(pipeline.element));
  const turn = others.slice(nextTurn, nextTurn + othersAtOnce);
  nextTurn = nextTurn + othersAtOnce < others.length ? nextTurn + othersAtOnce : 0;
  const seen = shown.filter(pipeline => onScreen.has(pipeline.element));
  for (const pipeline of [...seen, ...turn]) pipeline.tick(streaming());
}

function streaming(): boolean {
  return client.transport.value.transport === 'sse';
}
