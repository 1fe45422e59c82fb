import type { BackendView, PaceState } from './demo-state.js';

interface Sample {
  readonly at: number;
  readonly reads: number;
  readonly readsOf: Readonly<Record<string, number>>;
}

const seconds = 60;
const width = 600;
const height = 120;
const svg = 'http://www.w3.org/2000/svg';

/** What the backend counted, as bars, and the line that one poller alone would draw. */
export class ReadsChart {
  readonly #picture = document.querySelector('[data-reads-chart]');
  readonly #rate = document.querySelector('[data-reads-rate]');
  readonly #expected = document.querySelector('[data-reads-expected]');
  readonly #samples: Sample[] = [];

  /**
   * @param interval Milliseconds from one read of a pipeline to the next; undefined when no replica says it.
   * @param streams How many streams are open, at all replicas.
   * @param paces How fast those replicas read that poll.
   */
  show(backend: BackendView | null, interval: number | undefined, streams: number, paces: readonly PaceState[]): void {
    if (!backend) return;
    const last = this.#samples.at(-1);
    // Counted anew: the backend was started again.
    if (last && backend.reads < last.reads) this.#samples.length = 0;
    this.#samples.push({ at: performance.now(), reads: backend.reads, readsOf: backend.readsOf });
    while (this.#samples.length > seconds + 1) this.#samples.shift();

    const bars = this.#samples.slice(1).map((sample, index) => rate(this.#samples[index]!, sample));
    const over = this.#since(Math.max(4000, 2 * (interval ?? 2000)));
    const now = over ? rate(over, this.#samples.at(-1)!) : 0;
    const slow = paces.reduce((all, pace) => all + pace.slow, 0);
    // Some of those that rest were not read meanwhile.
    const pipelines = slow > 0 ? paces.reduce((all, pace) => all + pace.pipelines, 0) : over ? readMeanwhile(over, this.#samples.at(-1)!) : 0;
    const expected = interval ? pipelines / (interval / 1000) : undefined;
    if (this.#rate) this.#rate.textContent = now.toFixed(1);
    if (this.#expected && expected !== undefined && interval) {
      this.#expected.textContent = `${pipelines} ${pipelines === 1 ? 'pipeline' : 'pipelines'}, each read once in ${interval / 1000} s: `
        + `${expected.toFixed(1)} a second, however many watch`
        + (slow > 0 ? `; less, since ${slow} of them ${slow === 1 ? 'rests' : 'rest'}.` : '.')
        + (streams > 1 ? ` Were each of the ${streams} open streams a poller of its own: up to ${(expected * streams).toFixed(1)}.` : '');
    }
    this.#draw(bars, expected);
  }

  #since(milliseconds: number): Sample | undefined {
    const newest = this.#samples.at(-1);
    const longAgo = newest && this.#samples.filter(sample => newest.at - sample.at >= milliseconds).at(-1);
    return longAgo ?? (this.#samples.length > 1 ? this.#samples[0] : undefined);
  }

  #draw(bars: readonly number[], expected: number | undefined): void {
    const most = Math.max(...bars, (expected ?? 0) * 1.5, 1);
    const step = width / seconds;
    const shapes: SVGElement[] = bars.map((value, index) => {
      const tall = (value / most) * (height - 4);
      return shape('rect', { x: (seconds - bars.length + index) * step + 1, y: height - tall, width: step - 2, height: tall, class: 'chart-bar' });
    });
    if (expected !== undefined) {
      const y = height - (expected / most) * (height - 4);
      shapes.push(shape('line', { x1: 0, x2: width, y1: y, y2: y, class: 'chart-line' }));
    }
    this.#picture?.replaceChildren(...shapes);
  }
}

function rate(from: Sample, to: Sample): number {
  return (to.reads - from.reads) / Math.max(0.001, (to.at - from.at) / 1000);
}

function readMeanwhile(from: Sample, to: Sample): number {
  return Object.entries(to.readsOf).filter(([id, reads]) => reads > (from.readsOf[id] ?? 0)).length;
}

function shape(name: string, attributes: Record<string, string | number>): SVGElement {
  const element = document.createElementNS(svg, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
