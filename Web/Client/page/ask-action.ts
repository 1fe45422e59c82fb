/** What the server said to an action. */
export type ActionAnswer =
  | { readonly accepted: true }
  | {
    readonly accepted: false;
    readonly words: string;
    /** It may have been done all the same. */
    readonly unsure: boolean;
    /** The server, and not the backend behind it, wants to know who asks. */
    readonly signedOut?: boolean;
  };

const requestTimeout = 15_000;

/** Asks for an action, once; it never throws. */
export async function askAction(url: string): Promise<ActionAnswer> {
  let response: Response;
  try {
    response = await fetch(url, { method: 'POST', headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(requestTimeout) });
  } catch {
    return { accepted: false, words: 'The server could not be reached, or has not answered in time.', unsure: true };
  }
  if (response.ok && !response.redirected) return { accepted: true };
  if (response.status === 401 && response.headers.has('WWW-Authenticate')) {
    return { accepted: false, words: 'You have been signed out.', unsure: false, signedOut: true };
  }
  const words = response.redirected ? 'You may have to sign in again.' : await wordsOf(response);
  return { accepted: false, words, unsure: response.status === 504 };
}

/** Why, in the words of the problem details. */
async function wordsOf(response: Response): Promise<string> {
  const problem = await response.json().catch(() => undefined) as { detail?: unknown; title?: unknown } | undefined;
  const words = [problem?.detail, problem?.title].find(word => typeof word === 'string' && word !== '');
  return typeof words === 'string' ? words : `The server answered ${response.status}.`;
}
