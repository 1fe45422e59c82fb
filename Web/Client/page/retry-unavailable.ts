const firstDelay = 2000;
const longestDelay = 30_000;

/** A page that was rendered without statuses asks until the service answers again, and is then loaded anew. */
export function retryUnavailable(): void {
  const section = document.querySelector<HTMLElement>('[data-retry-url]');
  const url = section?.dataset['retryUrl'];
  if (!section || !url) return;
  const words = section.querySelector('[data-retry-words]');
  if (words) words.textContent = 'This page tries again by itself.';

  const next = (delay: number): void => void window.setTimeout(() => void attempt(delay), delay * (1 + Math.random() / 5));
  const attempt = async (delay: number): Promise<void> => {
    const answer = document.hidden ? undefined : await fetch(url, { cache: 'no-store' }).catch(() => undefined);
    // A pipeline that does not exist is an answer too, and has a page of its own.
    if (answer && (answer.ok || answer.status === 404)) location.reload();
    else next(Math.min(delay * 2, longestDelay));
  };
  next(firstDelay);
}
