/** Knows when somebody works in the list: the focus, the pointer or a selection is in it. Then nothing may move there. */
export class ListHold {
  #pointerIsInside = false;
  #lastId: string | undefined;
  #wasHeld = false;

  /** `zone` has the table and what belongs to it; `changed` hears when somebody comes or goes. */
  constructor(
    private readonly zone: HTMLElement,
    private readonly rows: Element,
    private readonly changed: () => void,
  ) {
    const pointer = (isInside: boolean): void => {
      this.#pointerIsInside = isInside;
      this.#look();
    };
    // A finger comes when it touches and goes when it lets go, so a phone's list is not held for ever.
    for (const name of ['pointerover', 'pointermove']) zone.addEventListener(name, () => pointer(true), { passive: true });
    zone.addEventListener('pointerleave', () => pointer(false));
    zone.addEventListener('focusin', event => {
      this.#lastId = idOf(event.target) ?? this.#lastId;
      this.#look();
    });
    zone.addEventListener('focusout', event => {
      if (!zone.contains(event.relatedTarget as Node | null)) this.#lastId = undefined;
      this.#look();
    });
    document.addEventListener('selectionchange', () => this.#look());
  }

  get isHeld(): boolean {
    return this.#pointerIsInside || this.hasReader;
  }

  /** Whether the focus or a selection is in the list: somebody who may not see what the pointer would show. */
  get hasReader(): boolean {
    return this.#hasFocus || this.#hasSelection;
  }

  /** The pipeline whose row has the focus. */
  get focusedId(): string | undefined {
    return this.zone.contains(document.activeElement) ? idOf(document.activeElement) : undefined;
  }

  /** The pipeline whose row has the focus, or had it before it went to something else in the list. */
  get lastId(): string | undefined {
    return this.focusedId ?? this.#lastId;
  }

  /** The pipelines whose rows must not leave the page, wherever it is scrolled to: the focus is there, or an end of a selection. */
  get pinnedIds(): readonly string[] {
    const selection = this.#hasSelection ? document.getSelection() : null;
    return [this.focusedId, idOf(selection?.anchorNode), idOf(selection?.focusNode)].filter(id => id !== undefined);
  }

  #look(): void {
    if (this.#wasHeld === this.isHeld) return;
    this.#wasHeld = !this.#wasHeld;
    this.changed();
  }

  get #hasFocus(): boolean {
    const active = document.activeElement;
    return active !== this.zone && this.zone.contains(active);
  }

  get #hasSelection(): boolean {
    const selection = document.getSelection();
    return selection !== null && !selection.isCollapsed && selection.getRangeAt(0).intersectsNode(this.rows);
  }
}

function idOf(target: EventTarget | null | undefined): string | undefined {
  const element = target instanceof Element ? target : target instanceof Node ? target.parentElement : null;
  return element?.closest<HTMLElement>('tr[data-pipeline-id]')?.dataset['pipelineId'];
}
