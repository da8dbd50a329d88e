import { type Access, ApiError, UnreachableError, Webstreamer } from '../../client/index.ts';
import { rightsOf } from './rights.ts';
import { session } from './session.ts';
import { button, h } from './view/elements.ts';
import { words } from './view/say.ts';
import { Shell } from './view/shell.ts';
import { signInView } from './view/sign-in-view.ts';

const root = document.body;
let shell: Shell | undefined;

function showAlone(content: HTMLElement): void {
  shell?.close();
  shell = undefined;
  document.title = `${words.title} – webstreamer`;
  root.replaceChildren(
    h('header', {}, h('a', { class: 'brand', href: '/' }, 'webstreamer')),
    h('main', { id: 'content' }, content),
  );
}

function askForKey(problem?: string): void {
  const view = signInView(problem, (token) => {
    session.token = token;
    void start(true);
  });
  showAlone(view);
  view.querySelector('input')?.focus();
}

function signOut(): void {
  session.token = undefined;
  // Whoever signs in next begins at the beginning.
  history.replaceState(null, '', location.pathname);
  askForKey();
}

function showUnreachable(): void {
  const again = button(words.signIn.retry, () => void start(false), 'primary');
  showAlone(
    h('div', { class: 'card stack' }, h('p', { class: 'notice stop', role: 'alert' }, words.signIn.unreachable), again),
  );
}

/** Why the server refuses a key, in words; undefined = it does not say that the key is the reason. */
function refusal(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) return undefined;
  if (error.code === 'token-expired') return words.signIn.expired;
  return error.status === 401 ? words.signIn.wrong : error.status === 403 ? words.signIn.notAllowed : undefined;
}

/** Opens the console, or asks for a key first; `tried` = the key was typed just now. */
async function start(tried: boolean): Promise<void> {
  const { token } = session;
  const client = new Webstreamer({ url: location.origin, token });
  let access: Access;
  try {
    access = await client.access();
  } catch (error) {
    const problem = refusal(error);
    if (problem === undefined && !(error instanceof UnreachableError)) throw error;
    session.token = problem === undefined ? token : undefined;
    if (problem === undefined) showUnreachable();
    else askForKey(tried ? problem : token === undefined ? undefined : words.signIn.ended);
    return;
  }
  const rights = rightsOf(access);
  if (!rights.look) {
    session.token = undefined;
    askForKey(token === undefined ? undefined : words.signIn.notAllowed);
    return;
  }
  shell?.close();
  shell = new Shell(root, {
    client,
    rights,
    subject: access.required ? access.subject : null,
    signedIn: token !== undefined,
    signOut,
    onEnded: () => {
      session.token = undefined;
      askForKey(words.signIn.ended);
    },
  });
}

void start(false);
