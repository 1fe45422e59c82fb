/**
 * The colours are seen on white and on black alike (3:1 at least), and texts have the page's own colour: an element fits a light page and a
 * dark one without knowing which it is on. A solid marker is a state that lasts, a ring one on its way, a dashed ring what nobody vouches for.
 */
export const style = `
:host([hidden]){display:none}
[part=base]{position:relative}
[part=status]{white-space:nowrap;font-weight:600}
[part=marker]{display:inline-block;box-sizing:border-box;width:.7em;height:.7em;margin-inline-end:.45em;\
border:.17em solid var(--_color);border-radius:50%;background:var(--_color)}
[part=note]{font-size:.875em}
[part=name]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
:host{--_color:var(--pipeline-status-unknown,#7c8083)}
:host([data-status=active]){--_color:var(--pipeline-status-active,#1f9254)}
:host([data-status$=ing]){--_color:var(--pipeline-status-moving,#3b7dd8)}
:host([data-status=paused]){--_color:var(--pipeline-status-paused,#b07a08)}
:host([data-status=stopped]),:host([data-status=terminated]){--_color:var(--pipeline-status-ended,#7c8083)}
:host([data-status=failed]),:host([data-state=unavailable]),:host([data-state=not-found]){--_color:var(--pipeline-status-failed,#d5453b)}
:host([data-status=failed]) [part=marker]{border-radius:0;transform:rotate(45deg) scale(.9)}
:host([data-status$=ing]) [part=marker]{background:none}
:host(:not([data-state=fresh])) [part=marker]{background:none;border-style:dashed;border-width:.14em}
`;
