// Keeps a page of the dashboard as it would be if it were loaded now: the server renders, this puts it in place.

const connection = document.querySelector('[data-connection]');
const announcer = document.querySelector('[data-announcer]');
const main = document.querySelector('[data-live]');
const lines = document.querySelector('[data-lines]');
const mostLines = 1000;

function show(state, words) {
  connection.dataset.connectionState = state;
  connection.querySelector('[data-connection-words]').textContent = words;
}

// A part that was replaced loses what the browser knows of it: which of its buttons had the focus.
function replace({ id, html }) {
  const old = document.getElementById(id);
  if (!old) return;
  const template = document.createElement('template');
  template.innerHTML = html;
  const part = template.content.firstElementChild;
  if (!part || old.outerHTML === part.outerHTML) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceWith(part);
  if (!focused) return;
  const same = focused.id ? document.getElementById(focused.id) : null;
  (same && !same.disabled ? same : part.querySelector('a, button:not([disabled])') ?? main).focus();
}

function follow(url, take) {
  const source = new EventSource(url);
  source.onopen = () => show('connected', 'Live');
  source.onmessage = take;
  source.onerror = () => {
    const isOver = source.readyState === EventSource.CLOSED;
    show(isOver ? 'error' : 'reconnecting', isOver ? 'Signed out: open the address of the new run' : 'The AppHost does not answer');
  };
  addEventListener('pagehide', () => source.close());
}

function append(event) {
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  const line = document.createElement('p');
  line.textContent = JSON.parse(event.data);
  lines.append(line);
  while (lines.childElementCount > mostLines) lines.firstElementChild.remove();
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}

let hiding;
function announce(words, success) {
  announcer.textContent = words;
  announcer.dataset.success = success;
  announcer.dataset.shown = 'true';
  clearTimeout(hiding);
  hiding = setTimeout(() => delete announcer.dataset.shown, 6000);
}

async function run(form, button) {
  if (form.dataset.confirm && !confirm(form.dataset.confirm)) return;
  const name = button.textContent;
  announce(`${name} …`, '');
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) });
    if (!answer.ok) throw new Error(`the dashboard answers ${answer.status}`);
    const result = await answer.json();
    announce(result.success ? `${name} (${result.target}): done` : `${name} (${result.target}) failed: ${result.message ?? 'no reason given'}`, result.success);
  } catch (failed) {
    announce(`${name} failed: ${failed.message}`, false);
  }
}

document.addEventListener('submit', event => {
  if (!event.target.matches('[data-command]')) return;
  event.preventDefault();
  run(event.target, event.submitter ?? event.target.querySelector('button'));
});

if (main?.dataset.live) follow(main.dataset.live, event => replace(JSON.parse(event.data)));
if (lines) {
  lines.scrollTop = lines.scrollHeight;
  follow(`${main.dataset.console}?after=${lines.dataset.last}`, append);
}
// From the back-forward cache a page comes with its streams closed.
addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
