import type { RoomResource } from '../../../protocol/http-api/room.ts';
import { addressOfRoom } from '../addresses.ts';
import { ROOM_PLOTS, type RoomPlot } from '../figures.ts';
import { peopleIn } from '../rooms-state.ts';
import { ChatPanel } from './chat-panel.ts';
import type { ConsoleContext, View } from './console-context.ts';
import { openDialog } from './dialog.ts';
import { button, freshId, h, setText } from './elements.ts';
import { openInviteDialog } from './invite-dialog.ts';
import { LinksPanel } from './links-panel.ts';
import { PeoplePanel } from './people-panel.ts';
import { Plot, type PlotOptions } from './plot.ts';
import { format, words } from './say.ts';
import { SettingsPanel } from './settings-panel.ts';

/** One room: its settings, its people, its figures, and what is said. */
export function roomView(context: ConsoleContext, name: string): View {
  const element = h('div', { class: 'stack' });
  const { live } = context;
  let shown: ShownRoom | undefined;
  const show = () => {
    const room = live.rooms?.get(name);
    if (room !== undefined && shown !== undefined) shown.update(room);
    else if (room !== undefined) {
      shown = new ShownRoom(context, room);
      element.replaceChildren(shown.element);
    } else {
      shown?.close();
      shown = undefined;
      element.replaceChildren(...absence(live.rooms === undefined ? undefined : name));
    }
  };
  show();
  const stops = [
    live.changed.listen(show),
    live.missed.listen(() => shown?.reread()),
    live.event.listen(({ event }) => {
      if (event.room !== name) return;
      if (event.type === 'levels') shown?.people.showLevels(event.levels);
      if (event.type === 'message') shown?.chat.add(event.message);
    }),
    context.figures.changed.listen(() => shown?.updateFigures()),
  ];
  context.figures.watch(name);
  return {
    title: name,
    element,
    close() {
      for (const stop of stops) stop();
      context.figures.watch(null);
      shown?.close();
    },
  };
}

function absence(name: string | undefined): HTMLElement[] {
  if (name === undefined) return [h('h1', { tabindex: -1 }, words.loading)];
  const back = h('a', { href: '#/rooms' }, words.pages.rooms);
  return [h('h1', { tabindex: -1 }, name), h('p', { class: 'notice warn' }, words.rooms.gone(name)), h('p', {}, back)];
}

class ShownRoom {
  readonly element: HTMLElement;
  readonly people: PeoplePanel;
  readonly chat: ChatPanel;
  readonly #context: ConsoleContext;
  readonly #settings: SettingsPanel;
  readonly #links: LinksPanel | undefined;
  readonly #plots: Readonly<Record<RoomPlot, Plot>>;
  readonly #trouble = h('p', { class: 'hint', hidden: true }, words.plots.unavailable);
  #room: RoomResource;

  constructor(context: ConsoleContext, room: RoomResource) {
    this.#context = context;
    this.#room = room;
    this.people = new PeoplePanel(context, room);
    this.chat = new ChatPanel(context, room);
    this.#settings = new SettingsPanel(context, room);
    this.#links = context.rights.withdrawLinks ? new LinksPanel(context, room.name) : undefined;
    this.#plots = this.#makePlots();
    const figuresId = freshId();
    this.element = h(
      'div',
      { class: 'stack' },
      this.#head(),
      h(
        'div',
        { class: 'room' },
        h('div', { class: 'stack' }, this.people.element, this.#links?.element),
        h('div', { class: 'stack' }, this.#settings.element, this.chat.element),
      ),
      h(
        'section',
        { 'aria-labelledby': figuresId },
        h('h2', { id: figuresId }, words.room.figures),
        this.#trouble,
        h('div', { class: 'plots' }, ...ROOM_PLOTS.map((plot) => this.#plots[plot].element)),
      ),
    );
    this.updateFigures();
  }

  update(room: RoomResource): void {
    this.#room = room;
    this.people.update(room);
    this.chat.update(room);
    this.#settings.update(room);
  }

  updateFigures(): void {
    const { figures } = this.#context;
    this.people.updateFigures();
    this.#trouble.hidden = figures.roomTrouble === null;
    const book = figures.roomBook(this.#room.name);
    for (const plot of ROOM_PLOTS) this.#plots[plot].update(book[plot]);
  }

  reread(): void {
    this.chat.reread();
    this.#links?.reread();
  }

  close(): void {
    this.people.close();
    this.#links?.close();
    for (const plot of ROOM_PLOTS) this.#plots[plot].close();
  }

  #makePlots(): Record<RoomPlot, Plot> {
    const { plots: say } = words;
    const nameOf = (id: string) => this.#room.connections.find((connection) => connection.id === id)?.name ?? id;
    const plot = (title: RoomPlot, rest: Omit<PlotOptions, 'title' | 'nameOf'>) =>
      new Plot({ title: say[title], nameOf, ...rest });
    return {
      incoming: plot('incoming', { together: say.total, write: format.bitrate, atLeast: 100_000 }),
      outgoing: plot('outgoing', { together: say.total, write: format.bitrate, atLeast: 100_000 }),
      loss: plot('loss', { together: say.average, write: format.percent, atLeast: 0.02 }),
      roundTrip: plot('roundTrip', { together: say.average, write: format.milliseconds, atLeast: 20 }),
    };
  }

  #head(): HTMLElement {
    const { rights } = this.#context;
    const { name } = this.#room;
    const enter = h('a', {
      class: 'button',
      href: `/rooms/${encodeURIComponent(name)}`,
      target: '_blank',
      rel: 'noopener',
    });
    setText(enter, words.room.enter);
    const invite = button(
      words.room.invite,
      () => {
        openInviteDialog(this.#context, name, () => this.#links?.reread());
      },
      'primary',
    );
    const end = button(words.rooms.delete, () => {
      this.#askToEnd();
    });
    return h(
      'div',
      { class: 'bar' },
      h('h1', { tabindex: -1 }, name),
      h('div', { class: 'actions' }, rights.operateRooms && invite, enter, rights.operateServer && end),
    );
  }

  #askToEnd(): void {
    const { client, notices } = this.#context;
    const { name } = this.#room;
    openDialog({
      heading: words.rooms.deleteHeading(name),
      content: [h('p', {}, words.rooms.deleteExplain(peopleIn(this.#room)))],
      submitLabel: words.rooms.delete,
      danger: true,
      submit: async () => {
        await client.deleteRoom(name);
        if (location.hash === addressOfRoom(name)) location.hash = '#/rooms';
        notices.done(words.rooms.deleted(name));
      },
    });
  }
}
