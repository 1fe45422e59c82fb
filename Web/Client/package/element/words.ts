import { pipelineStatuses, type PipelineStatus, type StaleReason } from '../index.js';
import { label, reasons } from '../../page/format.js';

/** What elements have a word for: statuses, reasons, and what they say where there is no status. */
export type Word = PipelineStatus | StaleReason | 'connecting' | 'not-found' | 'unavailable' | 'confirmed' | 'no-id' | 'no-connection';

/** The words that elements use, English at first. Another language is assigned over them, before elements are on the page. */
export const words: Record<Word, string> = {
  ...Object.fromEntries(pipelineStatuses.map(status => [status, label(status)])) as Record<PipelineStatus, string>,
  ...reasons,
  connecting: 'Connecting…',
  'not-found': 'Not found',
  unavailable: 'Unavailable',
  confirmed: 'last confirmed',
  'no-id': 'the attribute pipeline-id is missing',
  'no-connection': 'no connection',
};
