import type { PagePipeline } from './page-pipeline.js';

const template = document.querySelector<HTMLTemplateElement>('[data-row-template]');

/** A row for a pipeline, by the server's own template; what changes is not written yet. */
export function rowFor({ id, name }: PagePipeline): HTMLElement {
  const row = template?.content.firstElementChild?.cloneNode(true) as HTMLElement;
  row.dataset['pipelineId'] = id;
  row.dataset['name'] = name;
  const link = row.querySelector('a');
  if (link) {
    link.href = `/pipelines/${id}`;
    link.textContent = name;
    if (name !== id) {
      const code = document.createElement('code');
      code.textContent = id;
      link.after(code);
    }
  }
  return row;
}
