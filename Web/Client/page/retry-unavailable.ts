import type { PipelineStatusClient } from '../pipeline-status.js';
import { isSignedOut, whenSignedIn } from './sign-in.js';

const firstDelay = 2000;
const longestDelay = 30_000;

/** A page that was rendered without statuses asks until the service answers again, and is then loaded anew. */
export function retryUnavailable(client: PipelineStatusClient): void {
  const section = document.querySelector<HTMLElement>('[data-retry-url]');
  const url = section?.dataset['retryUrl'];
  if (!section || !url) return;
  const words = section.querySelector('[data-retry-words]');
  if (words) words.textContent = 'This page tries again by itself.';

  let timer: number | undefined;
  const next = (delay: number): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void attempt(delay), delay * (1 + Math.random() / 5));
  };
  const attempt = async (delay: number): Promise<void> => {
    const isQuiet = document.hidden || isSignedOut(client);
    const answer = isQuiet ? undefined : await fetch(url, { cache: 'no-store' }).catch(() => undefined);
    if (answer?.status === 401) client.reportSignedOut();
    // A pipeline that does not exist is an answer too, and has a page of its own.
    if (answer && (answer.ok || answer.status === 404)) location.reload();
    else next(Math.min(delay * 2, longestDelay));
  };
  next(firstDelay);
  whenSignedIn(client, () => next(0));
}
