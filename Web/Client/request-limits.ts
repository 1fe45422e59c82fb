import type { ResolvedConfig } from './config.js';

/** No stream can be had for this list or in this browser, however often one tries. */
export class StreamImpossibleError extends Error {
  override readonly name: string = 'StreamImpossibleError';
}

/** More pipelines than one stream takes. */
export class TooManyPipelinesError extends StreamImpossibleError {
  override readonly name = 'TooManyPipelinesError';

  /** `count` pipelines were asked for, by all tabs that would share the stream; the first `limit` of them would do. */
  constructor(readonly count: number, readonly limit: number) {
    super(`${count} pipelines are too many for one stream, which takes ${limit}.`);
  }
}

/** Servers accept a request line of 128 KB; a little is left for the method, the last event's id and the version. */
const longestAddress = 127 * 1024;
/** The address of a stream is no longer than proxies take as they come; watch requests bring the rest. */
const longestStreamAddress = 8 * 1024;
/** Room in it for what stands there beside the pipelines. */
const otherParameters = 256;
/** A stream takes so many times as many pipelines as one request. */
const partsPerStream = 20;

/** How many pipelines a request may name, and a stream carry: as the settings say, and as servers and proxies turn out to allow. */
export class RequestLimits {
  #longest = longestAddress;
  #mostPerStream: number;
  /** Whether the server answers watch requests; undefined until a stream has told, or has not. */
  takesWatchRequests: boolean | undefined;

  constructor(private readonly config: Pick<ResolvedConfig, 'endpoint' | 'maxPipelines'>) {
    this.#mostPerStream = config.maxPipelines * partsPerStream;
  }

  get endpoint(): string {
    return this.config.endpoint;
  }

  /** How many of these pipelines, from the first one on, can be asked for in one request: at least one. */
  fitting(ids: readonly string[], longest = this.#longest): number {
    let length = this.endpoint.length;
    const misfit = ids.findIndex((id, index) => index >= this.config.maxPipelines || (length += id.length + 1) > longest);
    return misfit < 0 ? ids.length : Math.max(misfit, Math.min(ids.length, 1));
  }

  /** How many of these pipelines the address of a stream names. */
  fittingStreamAddress(ids: readonly string[]): number {
    if (this.takesWatchRequests === false) return this.fitting(ids);
    return this.fitting(ids, Math.min(this.#longest, longestStreamAddress) - otherParameters);
  }

  /** How many of these pipelines one stream carries. */
  fittingStream(ids: readonly string[]): number {
    return this.takesWatchRequests === false ? this.fitting(ids) : Math.min(ids.length, this.#mostPerStream);
  }

  /** Throws a TooManyPipelinesError unless one stream can carry all of these. */
  checkStream(ids: readonly string[]): void {
    const limit = this.fittingStream(ids);
    if (limit < ids.length) throw new TooManyPipelinesError(ids.length, limit);
  }

  /** The server takes no more than these on one stream. */
  lowerMostPerStream(most: number): void {
    this.#mostPerStream = Math.min(this.#mostPerStream, most);
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
