import { type Access, ApiError, type RoomResource, UnreachableError, Webstreamer } from '../../client/index.ts';
import { element, make } from '../shared/element.ts';
import { language } from '../shared/language.ts';
import { writeTexts } from '../shared/text-binding.ts';
import { HOME_WORDS } from './words.ts';

const words = HOME_WORDS[language];
const client = new Webstreamer({ url: location.origin });
const field = element('room-name', HTMLInputElement);
const result = element('find-result', HTMLElement);

function addressOf(room: string): string {
  return `/rooms/${encodeURIComponent(room)}`;
}

function complain(text: string): void {
  result.textContent = text;
  result.hidden = false;
  field.focus();
}

function showRooms(rooms: readonly RoomResource[]): void {
  const rows = rooms.map(({ name, locked, connections }) => {
    const count = connections.filter(({ state }) => state === 'connected').length;
    const badges = [make('span', { class: 'badge', text: words.people(count) })];
    if (locked) badges.unshift(make('span', { class: 'badge warn', text: words.locked }));
    return make('li', { children: [make('a', { text: name, attributes: { href: addressOf(name) } }), ...badges] });
  });
  element('room-list', HTMLUListElement).replaceChildren(...rows);
  element('no-rooms', HTMLElement).hidden = rows.length > 0;
  element('rooms', HTMLElement).hidden = false;
}

/** Goes to a room; it is made first, where that is allowed and there is none. */
async function go(): Promise<void> {
  field.value = field.value.trim();
  result.hidden = true;
  if (!field.checkValidity()) {
    complain(words.badName);
    return;
  }
  try {
    const { required, scopes } = await client.access();
    if (!required || scopes.includes('operator')) await client.createRoom({ name: field.value });
  } catch (error) {
    if (error instanceof UnreachableError) complain(words.unreachable);
    else if (!(error instanceof ApiError)) throw error;
    else if (error.code !== 'room-exists') complain(words.notMade(error.message));
    if (!(error instanceof ApiError && error.code === 'room-exists')) return;
  }
  location.assign(addressOf(field.value));
}

async function open(): Promise<void> {
  try {
    const access: Access = await client.access();
    const mayRead = !access.required || access.scopes.includes('operator') || access.scopes.includes('read');
    element('by-invitation', HTMLElement).hidden = !access.required;
    if (access.required) element('find-hint', HTMLElement).textContent = words.nameHintClosed;
    if (mayRead) showRooms(await client.listRooms());
  } catch (error) {
    if (!(error instanceof UnreachableError) && !(error instanceof ApiError)) throw error;
    complain(error instanceof UnreachableError ? words.unreachable : error.message);
  }
}

writeTexts(document, words);
element('find', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void go();
});
void open();
