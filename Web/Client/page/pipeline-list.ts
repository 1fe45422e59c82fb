/** A name that shows nothing, blank or of formatting characters alone, could not be seen, heard or pressed. */
const hasInk = /[^\s\p{Cc}\p{Cf}]/u;
const pipelineId = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}$/;

/** A pipeline as the backend's list has it. */
export interface ListedPipeline {
  readonly id: string;
  readonly name: string;
  /** Unix milliseconds by the backend's clock; undefined where it does not tell. */
  readonly changedAt: number | undefined;
}

/** The backend's list: objects, or bare ids, names or numbers. What has no valid id is left out; undefined when it is no list. */
export function readList(json: unknown): readonly ListedPipeline[] | undefined {
  if (!Array.isArray(json)) return undefined;
  const pipelines = json.map(one).filter(pipeline => pipeline !== undefined);
  // A list of things that are no pipelines is another shape, and not the end of all pipelines.
  return pipelines.length === 0 && json.length > 0 ? undefined : pipelines;
}

function one(item: unknown): ListedPipeline | undefined {
  const fields = typeof item === 'object' && item !== null ? item : { pipeline_id: item };
  const { pipeline_id: told, pipeline_name: name, updated_at: updatedAt } = fields as Record<string, unknown>;
  // A number that a browser cannot hold exactly would be another pipeline's id.
  const id = Number.isSafeInteger(told) ? String(told) : told;
  if (typeof id !== 'string' || !pipelineId.test(id)) return undefined;
  const changedAt = typeof updatedAt === 'string' ? Date.parse(updatedAt) : NaN;
  return { id, name: typeof name === 'string' && hasInk.test(name) ? name : id, changedAt: Number.isNaN(changedAt) ? undefined : changedAt };
}
