import { Alarm } from './alarm.js';
import type { Environment } from './environment.js';
import { ListVersion } from './list-version.js';
import type { Wanted } from './stream-source.js';
import { WatchRegistry, type StatusListener } from './watch-registry.js';

/** How long changes of what is wanted are collected, in milliseconds. */
export const collectDelay = 50;

/** What the server takes for a pipeline's id. There is no pipeline that has another one. */
const pipelineId = /^(?!\.{1,2}$)[\w.-]{1,128}$/;

/** What is wanted of the server: what is watched, what of it is on the screen, and whether anybody wants to hear of the list. */
export class Watching {
  readonly registry = new WatchRegistry();
  readonly list = new ListVersion(() => this.#collect());
  readonly #collecting: Alarm;
  #ids: readonly string[] = [];
  #shown: ReadonlySet<string> | undefined;
  #hasOtherIds = false;

  /** `changed` is told what can be asked for; ids that can be no pipeline's are among all that are watched only. */
  constructor(
    environment: Pick<Environment, 'setTimeout' | 'clearTimeout'>,
    private readonly retain: (watched: readonly string[], malformed: readonly string[]) => void,
    private readonly changed: (wanted: Wanted) => void,
    private readonly fields = false,
  ) {
    this.#collecting = new Alarm(environment);
  }

  watch(ids: Iterable<string>, listener: StatusListener): () => void {
    const end = this.registry.add(ids, listener);
    this.#collect(true);
    return () => {
      end();
      this.#collect(true);
    };
  }

  show(ids: Iterable<string> | undefined): void {
    this.#shown = ids && new Set(ids);
    this.#collect();
  }

  stop(): void {
    this.#collecting.clear();
  }

  #collect(hasOtherIds = false): void {
    this.#hasOtherIds ||= hasOtherIds;
    if (!this.#collecting.isSet) this.#collecting.set(collectDelay, () => this.#tell());
  }

  #tell(): void {
    if (this.#hasOtherIds) this.#take(this.registry.ids());
    this.#hasOtherIds = false;
    const ids = this.#ids;
    this.changed({ ids, visible: this.#shown && ids.filter(id => this.#shown?.has(id)), list: this.list.isWanted, ...(this.fields && { fields: true }) });
  }

  /** The server refuses a whole list for one malformed id: the other pipelines are not to suffer for it. */
  #take(watched: readonly string[]): void {
    this.retain(watched, watched.filter(id => !pipelineId.test(id)));
    const ids = watched.filter(id => pipelineId.test(id));
    const before = new Set(this.#ids);
    // The same list stays the same object: whoever gets it need not compare.
    if (ids.length !== before.size || !ids.every(id => before.has(id))) this.#ids = ids;
  }
}
