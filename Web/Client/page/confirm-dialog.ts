import { label } from './format.js';

/** Asks once more before an action. Escape, or a page without the dialog, means no; the focus goes back by itself. */
export function confirmed(action: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>('[data-confirm]');
  if (!dialog || dialog.open) return Promise.resolve(false);
  for (const words of dialog.querySelectorAll('[data-confirm-action], [data-confirm-yes]')) words.textContent = label(action);
  dialog.returnValue = '';
  return new Promise(resolve => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}
