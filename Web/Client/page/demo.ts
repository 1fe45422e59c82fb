import { BillView } from './demo/bill-view.js';
import { ChangesView } from './demo/changes-view.js';
import { look, press, type DemoState } from './demo/demo-state.js';
import { ProofView } from './demo/proof-view.js';
import { ReadsChart } from './demo/reads-chart.js';
import { ReplicasView } from './demo/replicas-view.js';
import { LivePage } from './live-page.js';
import { client, events } from './page-client.js';
import { isSignedOut } from './sign-in.js';

const lookEvery = 1000;
/** What is told later than this after the truth changed, or than the next read of a pipeline that rests, is a difference; before, it is on its way. */
const onItsWay = 7000;
const afterItsRead = 5000;

const chart = new ReadsChart();
const changes = new ChangesView(events, client.transport);
const bill = new BillView();
const replicas = new ReplicasView();
const proof = new ProofView();
const differs = new Map<string, number>();
/** The longest interval of a pipeline that rests, in milliseconds; 0 when none does. */
let slowest = 0;

new LivePage().start();
for (const button of document.querySelectorAll<HTMLButtonElement>('[data-press]')) {
  button.addEventListener('click', () => void pressed(button));
}
say('[data-silence-limit]', `${client.config.heartbeatTimeout / 1000} s`);
window.setInterval(showSilence, 250);
void keepLooking();

async function pressed(button: HTMLButtonElement): Promise<void> {
  const words = button.closest('.card')?.querySelector('[data-pressed]');
  if (words) words.textContent = 'Working …';
  const seconds = 'longerThanSilence' in button.dataset
    ? Math.min(120, Math.ceil(client.config.heartbeatTimeout / 750))
    : button.dataset['seconds'];
  const said = await press(button.dataset['press'] + (seconds === undefined ? '' : `?seconds=${seconds}`));
  if (words) words.textContent = said;
}

async function keepLooking(): Promise<void> {
  const state = document.hidden || isSignedOut(client) ? undefined : await look();
  if (state) show(state);
  window.setTimeout(() => void keepLooking(), lookEvery);
}

function show(state: DemoState): void {
  replicas.show(state.replicas);
  const alive = state.replicas.flatMap(replica => replica.state ?? []);
  const streams = alive.reduce((sum, replica) => sum + replica.streams, 0);
  slowest = Math.max(0, ...alive.map(replica => replica.pace?.slowest[0]?.intervalMs ?? 0));
  chart.show(state.backend, alive[0]?.intervalMs, streams, alive.flatMap(replica => replica.pace ?? []));
  bill.show(state.replicas, alive[0]?.intervalMs);
  changes.show(state.backend);
  if (alive[0]) say('[data-interval]', `${alive[0].intervalMs / 1000} s`);
  proof.show(state.proof);
  showTruth(state);
  const storm = document.querySelector<HTMLButtonElement>('[data-press="backend/storm"]');
  if (storm) storm.disabled = state.backend?.storm ?? false;
}

function showTruth({ backend }: DemoState): void {
  const tiles = [...document.querySelectorAll<HTMLElement>('[data-pipeline-id]')];
  if (!backend) {
    say('[data-truth]', '–');
    return;
  }
  const now = performance.now();
  let right = 0;
  for (const tile of tiles) {
    const id = tile.dataset['pipelineId'] ?? '';
    if (backend.statuses[id] === tile.dataset['status']) {
      differs.delete(id);
      right++;
      continue;
    }
    const since = differs.get(id) ?? now;
    differs.set(id, since);
  }
  say('[data-truth]', `${right} of ${tiles.length}`);
  const late = [...differs.values()].some(since => now - since > Math.max(onItsWay, slowest + afterItsRead));
  document.querySelector('[data-meter="truth"]')?.toggleAttribute('data-late', late);
}

function showSilence(): void {
  const silent = events.lastAt === undefined ? undefined : (performance.now() - events.lastAt) / 1000;
  say('[data-silence]', silent === undefined ? '–' : `${silent.toFixed(0)} s`);
  document.querySelector('[data-meter="silence"]')?.toggleAttribute('data-late', silent !== undefined && silent * 2000 > client.config.heartbeatTimeout);
}

function say(selector: string, text: string): void {
  const element = document.querySelector(selector);
  if (element && element.textContent !== text) element.textContent = text;
}
