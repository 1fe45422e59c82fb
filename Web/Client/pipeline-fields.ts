import type { PipelineFields } from './contracts.js';

/** The fields after a JSON Merge Patch. The server carries no objects, so that each is replaced as a whole; undefined for none. */
export function merged(before: PipelineFields | undefined, patch: PipelineFields | undefined): PipelineFields | undefined {
  const present = Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null);
  return present.length > 0 ? Object.fromEntries(present) : undefined;
}

/** Whether both say the same. */
export function areSame(one: PipelineFields | undefined, other: PipelineFields | undefined): boolean {
  const [names, otherNames] = [Object.keys(one ?? {}), Object.keys(other ?? {})];
  return names.length === otherNames.length
    && names.every(name => JSON.stringify(one?.[name]) === JSON.stringify(other?.[name]));
}
