import type { PipelineStatus } from '../pipeline-status.js';
import { label } from './format.js';

/** What an action makes of a pipeline. */
interface Rule {
  /** The statuses in which it makes sense. */
  readonly from: readonly PipelineStatus[];
  /** What the pipeline is while it is being done. */
  readonly through: PipelineStatus;
  /** What it is afterwards. */
  readonly to: PipelineStatus;
  /** Whether a person is asked once more. */
  readonly confirm: boolean;
}

const rules: ReadonlyMap<string, Rule> = new Map<string, Rule>(Object.entries({
  pause: { from: ['active'], through: 'pausing', to: 'paused', confirm: false },
  resume: { from: ['paused', 'stopped', 'failed'], through: 'resuming', to: 'active', confirm: false },
  stop: { from: ['starting', 'active', 'paused'], through: 'stopping', to: 'stopped', confirm: false },
  terminate: {
    from: ['active', 'starting', 'pausing', 'paused', 'resuming', 'stopping', 'stopped', 'failed'],
    through: 'terminating', to: 'terminated', confirm: true,
  },
} satisfies Record<string, Rule>));

const passing: readonly PipelineStatus[] = ['starting', 'pausing', 'resuming', 'stopping', 'terminating'];

/**
 * Why an action makes no sense for a pipeline of this status, in words; undefined when it may be asked for. The backend
 * has the last word: what is not known here, a status or an action, is left to it.
 */
export function whyNot(action: string, status: PipelineStatus): string | undefined {
  const rule = rules.get(action);
  if (!rule || status === 'unknown' || rule.from.includes(status)) return undefined;
  if (status === rule.to) return action === 'resume' ? 'It is active.' : `It is ${status} already.`;
  if (passing.includes(status)) return `It is ${status}: wait until that is over.`;
  return `It is ${status}. ${label(action)} is for pipelines that are ${listed(rule.from)}.`;
}

/** The status to show while nobody has confirmed anything; undefined when the action has none that is known here. */
export function expectedStatus(action: string): PipelineStatus | undefined {
  return rules.get(action)?.through;
}

/** Whether a person is asked once more before the action. */
export function needsConfirmation(action: string): boolean {
  return rules.get(action)?.confirm ?? false;
}

function listed(statuses: readonly PipelineStatus[]): string {
  return statuses.length < 2 ? statuses.join() : `${statuses.slice(0, -1).join(', ')} or ${statuses.at(-1)}`;
}
