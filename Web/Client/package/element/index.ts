import { PipelineStatusElement } from './pipeline-status-element.js';

export type { ElementState } from './element-view.js';
export { changeEvent, PipelineStatusElement, type PipelineStatusChange } from './pipeline-status-element.js';
export { words, type Word } from './words.js';

declare global {
  interface HTMLElementTagNameMap {
    'pipeline-status': PipelineStatusElement;
  }
}

// Another copy of this module may have come first, and a server has no elements.
if (globalThis.customElements && !customElements.get('pipeline-status')) customElements.define('pipeline-status', PipelineStatusElement);
