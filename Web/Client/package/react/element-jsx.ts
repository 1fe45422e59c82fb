import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { PipelineStatusElement } from '../element/pipeline-status-element.js';

/** The attributes of `<pipeline-status>` in JSX. The element itself comes with `pipeline-status/element`. */
export interface PipelineStatusAttributes extends DetailedHTMLProps<HTMLAttributes<PipelineStatusElement>, PipelineStatusElement> {
  /** The pipeline shown; empty for none. */
  readonly 'pipeline-id': string;
  /** The address of the stream; left out: the client of the page. */
  readonly endpoint?: string | undefined;
  /** Whether changes are read out by screen readers. Never false: React 18 would set the attribute for that too. */
  readonly announce?: true | '' | undefined;
  /** What screen readers call the pipeline; left out: its id. */
  readonly label?: string | undefined;
  /** As `className`, which React 18 does not know on custom elements. */
  readonly class?: string | undefined;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'pipeline-status': PipelineStatusAttributes;
    }
  }
}
