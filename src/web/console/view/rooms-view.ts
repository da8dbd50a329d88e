import { peopleIn } from '../rooms-state.ts';
import type { RoomResource } from '../../../protocol/http-api/room.ts';
import type { ConsoleContext, View } from './console-context.ts';
import { openDialog } from './dialog.ts';
import { button, field, h, KeyedList, type Row, select, setText } from './elements.ts';
import { addressOfRoom } from '../addresses.ts';
import { NAME_LENGTH, NAME_PATTERN } from './name-field.ts';
import { words } from './say.ts';

/** The rooms of the server. */
export function roomsView(context: ConsoleContext): View {
  const { live, rights } = context;
  const { rooms: say } = words;
  const body = h('tbody');
  const list = new KeyedList<RoomResource>(body, ({ name }) => name, roomRow);
  const head = [say.name, say.people, say.places, say.layout, say.locked];
  const table = h(
    'table',
    { class: 'rooms' },
    h('caption', { class: 'unseen' }, say.heading),
    h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
    body,
  );
  const none = h('p', { class: 'hint' });
  const show = () => {
    const rooms = [...(live.rooms?.values() ?? [])];
    list.show(rooms);
    table.hidden = rooms.length === 0;
    none.hidden = rooms.length > 0;
    setText(none, live.rooms === undefined ? words.loading : say.none);
  };
  show();
  const stop = live.changed.listen(show);
  const create = button(
    say.create,
    () => {
      openCreateDialog(context);
    },
    'primary',
  );
  return {
    title: say.heading,
    element: h(
      'div',
      { class: 'stack' },
      h('div', { class: 'bar' }, h('h1', { tabindex: -1 }, say.heading), rights.operateServer && create),
      h('div', { class: 'card wide' }, table, none),
    ),
    close: stop,
  };
}

function roomRow(room: RoomResource): Row<RoomResource> {
  const link = h('a', { href: addressOfRoom(room.name) }, room.name);
  const cells = { people: h('td'), places: h('td'), layout: h('td') };
  const door = h('span', { class: 'badge' });
  const element = h('tr', {}, h('th', { scope: 'row' }, link), ...Object.values(cells), h('td', {}, door));
  return {
    element,
    update(now) {
      setText(cells.people, String(peopleIn(now)) + (now.maxUsers === null ? '' : ` / ${now.maxUsers}`));
      setText(cells.places, String(now.connections.length));
      setText(cells.layout, words.room.layouts[now.layout]);
      setText(door, now.locked ? words.rooms.closed : words.rooms.open);
      door.classList.toggle('warn', now.locked);
    },
  };
}

function openCreateDialog({ client, live, notices }: ConsoleContext): void {
  const { rooms: say, room } = words;
  const name = h('input', { required: true, maxlength: NAME_LENGTH, pattern: NAME_PATTERN, autocomplete: 'off' });
  const places = h('input', { autocomplete: 'off' });
  const layout = select(
    (['gallery', 'speaker', 'grid'] as const).map((value) => [value, room.layouts[value]]),
    'gallery',
  );
  const codec = select(
    [
      ['vp8', 'VP8'],
      ['h264', 'H.264'],
    ],
    'vp8',
  );
  openDialog({
    heading: say.createHeading,
    submitLabel: say.createSubmit,
    content: [
      field(say.nameField, name, say.nameHint),
      field(say.layout, layout),
      field(say.codec, codec),
      field(say.places0, places, say.placesHint),
    ],
    submit: async () => {
      const made = await client.createRoom({
        name: name.value,
        layout: layout.value as RoomResource['layout'],
        codec: codec.value as RoomResource['codec'],
        connections: places.value.split(/[\s,]+/u).filter((id) => id !== ''),
      });
      live.take(made);
      notices.done(say.made(made.name));
      location.hash = addressOfRoom(made.name);
    },
  });
}
