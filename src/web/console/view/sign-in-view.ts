import { field, h } from './elements.ts';
import { words } from './say.ts';

/** Asks for a key; `problem` = why the last one did not do. */
export function signInView(problem: string | undefined, signIn: (token: string) => void): HTMLElement {
  const { heading, explain, key, submit } = words.signIn;
  const input = h('input', {
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    required: true,
    'aria-invalid': problem === undefined ? undefined : 'true',
  });
  const form = h(
    'form',
    {
      class: 'card stack',
      onsubmit: (event) => {
        event.preventDefault();
        const token = input.value.trim();
        if (token !== '') signIn(token);
      },
    },
    h('h1', { tabindex: -1 }, heading),
    h('p', {}, explain),
    problem !== undefined && h('p', { class: 'notice stop', role: 'alert' }, problem),
    field(key, input),
    h('div', { class: 'actions' }, h('button', { type: 'submit', class: 'primary' }, submit)),
  );
  return h('div', { class: 'sign-in' }, form);
}
