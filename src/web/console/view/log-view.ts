import { LOG_TYPES, type LogEntry, type LogFilter } from '../event-log.ts';
import type { ConsoleContext, View } from './console-context.ts';
import { button, field, h, KeyedList, type Row, select, setText } from './elements.ts';
import { format, words } from './say.ts';

/** What was chosen last is chosen again when the operator comes back to the page. */
const filter: LogFilter = { room: null, type: 'quiet' };

/** What has happened, the newest on top. */
export function logView({ log, live, rights }: ConsoleContext): View {
  const { log: say } = words;
  const lines = h('ol', { class: 'log', 'aria-label': say.heading });
  const list = new KeyedList<LogEntry>(lines, ({ key }) => String(key), line);
  const none = h('p', { class: 'hint' }, say.none);
  const kept = h('p', { class: 'hint', role: 'status' });
  const types = select<LogFilter['type']>(
    [['quiet', say.quiet], ['all', say.allTypes], ...LOG_TYPES.map((type) => [type, type] as const)],
    filter.type,
  );
  types.addEventListener('change', () => {
    filter.type = types.value as LogFilter['type'];
    show();
  });
  const rooms = select<string>([['', say.allRooms]], '');
  rooms.addEventListener('change', () => {
    filter.room = rooms.value === '' ? null : rooms.value;
    show();
  });
  const pause = button(say.pause, () => {
    if (log.paused) log.resume();
    else log.pause();
    show();
  });
  const clear = button(say.clear, () => {
    log.clear();
    show();
  });
  const show = () => {
    fillRooms(rooms, [...new Set([...(live.rooms?.keys() ?? []), ...log.rooms()])].sort());
    const entries = log.shown(filter);
    list.show(entries);
    none.hidden = entries.length > 0;
    setText(pause, log.paused ? say.resume : say.pause);
    const count = log.keptBack(filter);
    // Told once when it begins, and to the eye only how it grows.
    setText(kept, log.paused ? say.paused(count) : '');
    kept.setAttribute('aria-live', count > 0 ? 'off' : 'polite');
  };
  show();
  const stops = [
    live.event.listen(({ event }) => {
      if (event.type !== 'levels') show();
    }),
    live.missed.listen(show),
  ];
  return {
    title: say.heading,
    element: h(
      'div',
      { class: 'stack' },
      h('h1', { tabindex: -1 }, say.heading),
      h('p', { class: 'hint' }, say.explain),
      h(
        'div',
        { class: 'card filters' },
        rights.room === null && field(say.room, rooms),
        field(say.type, types),
        h('div', { class: 'actions' }, pause, clear),
      ),
      kept,
      h('div', { class: 'card' }, none, lines),
    ),
    close() {
      for (const stop of stops) stop();
    },
  };
}

function fillRooms(rooms: HTMLSelectElement, names: readonly string[]): void {
  const shown = [...rooms.options].slice(1).map(({ value }) => value);
  if (String(shown) !== String(names)) {
    const all = h('option', { value: '' }, words.log.allRooms);
    rooms.replaceChildren(all, ...names.map((name) => h('option', { value: name }, name)));
  }
  // A room that is gone, with all that was told of it, hides nothing any more.
  if (filter.room !== null && !names.includes(filter.room)) filter.room = null;
  rooms.value = filter.room ?? '';
}

function line({ event, sentence }: LogEntry): Row<LogEntry> {
  return {
    element: h(
      'li',
      {},
      h('time', { datetime: event.at }, format.time(event.at)),
      event.room !== null && h('span', { class: 'badge' }, event.room),
      h('code', {}, event.type),
      h('span', { class: 'sentence' }, sentence),
    ),
    update: () => undefined,
  };
}
