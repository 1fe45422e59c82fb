const askEvery = 30_000;
const pipelineId = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;

/** A pipeline that came into being after the page was loaded. */
export interface Newcomer {
  readonly id: string;
  readonly name: string;
  readonly changedAt: number | undefined;
}

/** Asks for the list now and then, and when the tab is looked at again; tells of pipelines that are not on the page. */
export function watchForNewcomers(isKnown: (id: string) => boolean, came: (newcomers: readonly Newcomer[]) => void): void {
  const url = document.querySelector<HTMLElement>('[data-list-url]')?.dataset['listUrl'];
  if (!url) return;
  let timer: number | undefined;
  let asking = false;
  const ask = async (): Promise<void> => {
    window.clearTimeout(timer);
    if (asking) return;
    asking = true;
    const list = document.hidden ? [] : await read(url);
    asking = false;
    const newcomers = list.filter(pipeline => !isKnown(pipeline.id));
    if (newcomers.length > 0) came(newcomers);
    timer = window.setTimeout(() => void ask(), askEvery * (1 + Math.random() / 5));
  };
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void ask();
  });
  timer = window.setTimeout(() => void ask(), askEvery * (1 + Math.random() / 5));
}

/** The backend's list: objects, or bare ids, names or numbers. What cannot be read is asked for again later. */
async function read(url: string): Promise<readonly Newcomer[]> {
  try {
    const answer = await fetch(url, { cache: 'no-store' });
    const list: unknown = answer.ok ? await answer.json() : [];
    return Array.isArray(list) ? list.map(one).filter(pipeline => pipeline !== undefined) : [];
  } catch {
    return [];
  }
}

function one(item: unknown): Newcomer | undefined {
  const fields = typeof item === 'object' && item !== null ? item : { pipeline_id: item };
  const { pipeline_id: told, pipeline_name: name, updated_at: updatedAt } = fields as Record<string, unknown>;
  // A number that a browser cannot hold exactly would be another pipeline's id.
  const id = Number.isSafeInteger(told) ? String(told) : told;
  if (typeof id !== 'string' || !pipelineId.test(id)) return undefined;
  const changedAt = typeof updatedAt === 'string' ? Date.parse(updatedAt) : NaN;
  return { id, name: typeof name === 'string' && name !== '' ? name : id, changedAt: Number.isNaN(changedAt) ? undefined : changedAt };
}

/** A row for a newcomer, by the server's own template; undefined where the page has none. */
export function rowFor(newcomer: Newcomer): HTMLElement | undefined {
  const template = document.querySelector<HTMLTemplateElement>('[data-row-template]');
  const row = template?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
  if (!row) return undefined;
  row.hidden = false;
  row.dataset['pipelineId'] = newcomer.id;
  row.dataset['name'] = newcomer.name;
  if (newcomer.changedAt !== undefined) row.dataset['changedAt'] = String(newcomer.changedAt);
  const link = row.querySelector('a');
  if (link) {
    link.href = `/pipelines/${newcomer.id}`;
    link.textContent = newcomer.name;
    if (newcomer.name !== newcomer.id) {
      const code = document.createElement('code');
      code.textContent = newcomer.id;
      link.after(code);
    }
  }
  return row;
}
