import { pipelineStatus, sharedClient, type PipelineSnapshot, type PipelineStatusClient, type StaleReason } from '../index.js';
import { viewOf, type ElementState, type ElementView } from './element-view.js';
import { style } from './style.js';
import { words } from './words.js';

/** The name of the event that an element dispatches when it shows something else; it bubbles. */
export const changeEvent = 'pipeline-status-change';

/** What the event tells. */
export interface PipelineStatusChange {
  readonly pipelineId: string;
  readonly state: ElementState;
  /** Why the status cannot be trusted, `signed_out` for instance; undefined while it can, or nothing is known yet. */
  readonly reason: StaleReason | undefined;
  /** All that is known of the pipeline; undefined while that is nothing. */
  readonly snapshot: PipelineSnapshot | undefined;
}

// A server has no elements, but imports the module all the same.
const ElementBase = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

let sheet: CSSStyleSheet | undefined;

/**
 * `<pipeline-status pipeline-id="orders" endpoint="/ui-api/pipeline/status/stream">`: the status of a pipeline in words, and whether it can
 * be trusted. Elements with the same endpoint share one client; without one they use that of the page, which its data block configures.
 * What it shows stands in `data-state`, `data-status` and `data-reason`. With `announce` changes are read out, with the name in `label` (else the id).
 */
export class PipelineStatusElement extends ElementBase {
  static readonly observedAttributes = ['pipeline-id', 'endpoint', 'announce', 'label'];

  #client: PipelineStatusClient | undefined;
  #end: (() => void) | undefined;
  #view: ElementView | undefined;

  /** The pipeline shown; empty for none. */
  get pipelineId(): string {
    return this.getAttribute('pipeline-id') ?? '';
  }

  set pipelineId(value: string) {
    this.setAttribute('pipeline-id', value);
  }

  /** The address of the stream; empty for the client of the page. */
  get endpoint(): string {
    return this.getAttribute('endpoint') ?? '';
  }

  set endpoint(value: string) {
    this.setAttribute('endpoint', value);
  }

  /** All that is known of the pipeline; undefined while that is nothing, and while the element is nowhere. */
  get snapshot(): PipelineSnapshot | undefined {
    return this.#client?.getStatus(this.pipelineId);
  }

  connectedCallback(): void {
    this.#start();
    // A script may set it right after it has put the element in its place.
    queueMicrotask(() => {
      if (this.isConnected && !this.hasAttribute('pipeline-id')) console.warn(`<pipeline-status>: ${words['no-id']}`, this);
    });
  }

  disconnectedCallback(): void {
    this.#stop();
  }

  /** An element that is moved goes on as it is. */
  connectedMoveCallback(): void {}

  attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    if (!this.#client || before === after) return;
    if (name === 'pipeline-id' || name === 'endpoint') this.#start();
    if (this.shadowRoot) this.#name(this.shadowRoot);
  }

  #start(): void {
    this.#stop();
    const { pipelineId, endpoint } = this;
    const client = this.#client = endpoint ? sharedClient({ config: { endpoint } }) : pipelineStatus();
    const show = (): void => this.#show(client);
    const ends = [client.watch(pipelineId ? [pipelineId] : [], show), client.transport.subscribe(show)];
    this.#end = () => ends.forEach(end => end());
    this.#view = undefined;
    show();
  }

  #stop(): void {
    this.#end?.();
    this.#client = this.#end = undefined;
  }

  #show(client: PipelineStatusClient): void {
    const view = viewOf(this.pipelineId, this.snapshot, client.transport.value, performance.now(), Date.now());
    const before = this.#view;
    if (before && before.label === view.label && before.note === view.note) return;
    this.#view = view;
    const root = this.shadowRoot ?? this.#build();
    write(root, 'label', view.label);
    write(root, 'note', view.note);
    const { state, status, reason } = view;
    for (const [name, value] of Object.entries({ state, status, reason })) {
      if (value) this.dataset[name] = value;
      else delete this.dataset[name];
    }
    if (before?.state === state && before.status === status && before.reason === reason) return;
    const detail: PipelineStatusChange = { pipelineId: this.pipelineId, state, reason, snapshot: this.snapshot };
    this.dispatchEvent(new CustomEvent(changeEvent, { detail, bubbles: true, composed: true }));
  }

  #build(): ShadowRoot {
    const root = this.attachShadow({ mode: 'open' });
    root.innerHTML = '<span part="base"><span part="name"></span><span part="status"><span part="marker"></span><span part="label"></span></span> '
      + '<span part="note"></span></span>';
    if (!sheet) {
      // A page whose policy forbids inline styles allows these.
      sheet = new CSSStyleSheet();
      sheet.replaceSync(style);
    }
    root.adoptedStyleSheets = [sheet];
    this.#name(root);
    return root;
  }

  /** Many elements that each read out their changes would be noise: one that may has to be told to, and says of what it speaks. */
  #name(root: ShadowRoot): void {
    const announces = this.hasAttribute('announce');
    if (announces) root.firstElementChild?.setAttribute('role', 'status');
    else root.firstElementChild?.removeAttribute('role');
    write(root, 'name', announces ? `${this.getAttribute('label') || this.pipelineId}: ` : '');
  }
}

function write(root: ShadowRoot, part: string, text: string): void {
  const element = root.querySelector(`[part=${part}]`);
  if (element && element.textContent !== text) element.textContent = text;
}
