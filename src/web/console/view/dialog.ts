import { errorInWords } from '../error-words.ts';
import { button, type Child, focusHeadingOf, freshId, h } from './elements.ts';
import { words } from './say.ts';

/** What a dialog asks; `submit` does it, and the dialog stays open with what is wrong when it rejects. */
export interface DialogOptions {
  heading: string;
  content: Child[];
  submitLabel: string;
  danger?: boolean;
  submit: () => Promise<void> | void;
  /** Whether the dialog stays open after success. */
  stays?: boolean;
}

/** Opens a modal dialog, which keeps the focus inside and gives it back when it is closed; when that is gone, to the part of the page it was in. */
export function openDialog({ heading, content, submitLabel, danger, submit, stays }: DialogOptions): void {
  const headingId = freshId();
  const part = document.activeElement?.closest('section, main');
  const problem = h('p', { class: 'notice stop', role: 'alert', hidden: true });
  const submitButton = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, submitLabel);
  // A button that is disabled would lose the focus.
  const isSending = () => submitButton.ariaDisabled === 'true';
  const send = async () => {
    if (isSending()) return;
    submitButton.ariaDisabled = 'true';
    problem.hidden = true;
    try {
      await submit();
      if (!stays) dialog.close();
    } catch (error) {
      problem.textContent = errorInWords(error, words);
      problem.hidden = false;
    }
    submitButton.ariaDisabled = 'false';
  };
  const form = h(
    'form',
    {
      method: 'dialog',
      onsubmit: (event) => {
        event.preventDefault();
        void send();
      },
    },
    h('h2', { id: headingId }, heading),
    ...content,
    problem,
    h(
      'div',
      { class: 'actions' },
      button(stays ? words.close : words.cancel, () => {
        dialog.close();
      }),
      submitButton,
    ),
  );
  const dialog = h('dialog', { 'aria-labelledby': headingId }, form);
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (document.activeElement === document.body) focusHeadingOf(part);
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Closes whatever dialog is open. */
export function closeDialogs(): void {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
}
