import { settingsElementId, type PipelineStatusClient } from '../pipeline-status.js';

/** Whether people have to sign in, as far as anybody knows; then no part of the page sends anything by itself. */
export function isSignedOut({ transport }: Pick<PipelineStatusClient, 'transport'>): boolean {
  return transport.value.problem === 'signed_out';
}

/** Calls back each time that people turn out to be signed in again. */
export function whenSignedIn(client: Pick<PipelineStatusClient, 'transport'>, signedIn: () => void): void {
  let wasOut = isSignedOut(client);
  client.transport.subscribe(() => {
    const isIn = wasOut && !isSignedOut(client);
    wasOut = isSignedOut(client);
    if (isIn) signedIn();
  });
}

/** The address that signs people in and leads back to this page; undefined where the server offers none. */
export function signInAddress(): string | undefined {
  const settings = JSON.parse(document.getElementById(settingsElementId)?.textContent || '{}') as { signInUrl?: unknown };
  const { pathname, search } = location;
  return typeof settings.signInUrl === 'string' ? `${settings.signInUrl}?returnUrl=${encodeURIComponent(pathname + search)}` : undefined;
}
