import { client } from './page-client.js';
import type { PagePipeline } from './page-pipeline.js';
import { ago, label } from './format.js';

const longest = 15 * 60_000;
const shortest = 60_000;
const width = 1000;
const lane = 34;
const staleLane = 8;
const svg = 'http://www.w3.org/2000/svg';

interface Stretch {
  readonly from: number;
  readonly what: string;
}

/** What happened to one pipeline as a picture: its statuses over time, and below them when nobody vouched for them. */
export class Timeline {
  readonly #picture = document.querySelector('[data-timeline]');
  readonly #start = document.querySelector('[data-timeline-start]');
  readonly #statuses: Stretch[] = [];
  readonly #freshness: Stretch[] = [];
  readonly #openedAt = Date.now();

  constructor(private readonly pipeline: PagePipeline | undefined) {
    if (!this.#picture || !pipeline) return;
    // Before the page was opened this much is known: since when the status is what it is.
    const since = Math.min(pipeline.changedAt ?? this.#openedAt, this.#openedAt);
    this.#statuses.push({ from: since, what: pipeline.status });
    this.#freshness.push({ from: this.#openedAt, what: 'stale' });
  }

  /** Takes note of what the page shows now, and draws. */
  tick(): void {
    const { pipeline } = this;
    if (!this.#picture || !pipeline) return;
    note(this.#statuses, pipeline.status);
    note(this.#freshness, client.getStatus(pipeline.id)?.freshness ?? 'stale');
    this.#draw(Date.now());
  }

  #draw(now: number): void {
    const known = this.#statuses[0]?.from ?? now;
    const span = Math.min(longest, Math.max(shortest, now - Math.min(known, this.#openedAt)));
    const start = now - span;
    const x = (at: number): number => ((Math.max(at, start) - start) / span) * width;
    const shapes: SVGElement[] = [];
    each(this.#statuses, now, start, (what, from, to) => {
      const stretch = rect(x(from), 0, x(to) - x(from), lane, 'timeline-status');
      stretch.dataset['chip'] = what;
      const title = document.createElementNS(svg, 'title');
      title.textContent = `${label(what)}, from ${new Date(from).toLocaleTimeString()}`;
      stretch.append(title);
      shapes.push(stretch);
    });
    each(this.#freshness, now, start, (what, from, to) => {
      if (what === 'stale') shapes.push(rect(x(from), lane + 3, Math.max(2, x(to) - x(from)), staleLane, 'timeline-doubt'));
    });
    this.#picture?.replaceChildren(...shapes);
    const told = this.#statuses.map(({ what }) => label(what)).join(', then ');
    this.#picture?.setAttribute('aria-label', `Statuses in the last ${Math.round(span / 60_000)} minutes: ${told}`);
    if (this.#start) this.#start.textContent = ago(span);
  }
}

function note(stretches: Stretch[], what: string): void {
  if (stretches.at(-1)?.what === what) return;
  stretches.push({ from: Date.now(), what });
  while (stretches.length > 1 && (stretches[1]?.from ?? 0) < Date.now() - longest) stretches.shift();
}

function each(stretches: readonly Stretch[], now: number, start: number, show: (what: string, from: number, to: number) => void): void {
  stretches.forEach(({ from, what }, index) => {
    const to = stretches[index + 1]?.from ?? now;
    if (to > start) show(what, from, to);
  });
}

function rect(x: number, y: number, wide: number, tall: number, kind: string): SVGElement {
  const shape = document.createElementNS(svg, 'rect');
  for (const [name, value] of Object.entries({ x, y, width: wide, height: tall })) shape.setAttribute(name, String(value));
  shape.setAttribute('class', kind);
  return shape;
}
