import type { ResolvedConfig } from './config.js';

/** No stream can be had for this list or in this browser, however often one tries. */
export class StreamImpossibleError extends Error {
  override readonly name: string = 'StreamImpossibleError';
}

/** More pipelines than one stream takes: more than `maxPipelines`, or than there is room for in a request. */
export class TooManyPipelinesError extends StreamImpossibleError {
  override readonly name = 'TooManyPipelinesError';

  /** `count` pipelines were asked for, by all tabs that would share the stream; the first `limit` of them would do. */
  constructor(readonly count: number, readonly limit: number) {
    super(`${count} pipelines are too many for one stream, which takes ${limit}.`);
  }
}

/** Servers accept a request line of 128 KB; a little is left for the method, the last event's id and the version. */
const longestAddress = 127 * 1024;

/** How many pipelines one request may name: as the settings say, and as servers and proxies on the way turn out to allow. */
export class RequestLimits {
  #longest = longestAddress;

  constructor(private readonly config: Pick<ResolvedConfig, 'endpoint' | 'maxPipelines'>) {}

  get endpoint(): string {
    return this.config.endpoint;
  }

  /** How many of these pipelines, from the first one on, can be asked for in one request: at least one. */
  fitting(ids: readonly string[]): number {
    let length = this.endpoint.length;
    const misfit = ids.findIndex((id, index) => index >= this.config.maxPipelines || (length += id.length + 1) > this.#longest);
    return misfit < 0 ? ids.length : Math.max(misfit, Math.min(ids.length, 1));
  }

  /** A request with these was too long (414, 431) for somebody on the way. Returns whether a shorter one can be made. */
  shorten(ids: readonly string[]): boolean {
    if (ids.length < 2) return false;
    const half = ids.slice(0, Math.ceil(ids.length / 2));
    const length = half.reduce((sum, id) => sum + id.length + 1, this.endpoint.length);
    this.#longest = Math.min(this.#longest, length);
    return true;
  }
}

/** Throws a TooManyPipelinesError unless one stream can carry all of these. */
export function checkList(limits: RequestLimits, ids: readonly string[]): void {
  const limit = limits.fitting(ids);
  if (limit < ids.length) throw new TooManyPipelinesError(ids.length, limit);
}
