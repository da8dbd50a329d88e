import type { ConnectionResource, RoomResource } from '../../../protocol/http-api/room.ts';
import type { ConsoleContext } from './console-context.ts';
import { button, freshId, h, KeyedList, type Row, setText } from './elements.ts';
import { PersonActions } from './person-actions.ts';
import { type PersonCard, personCard, type PersonItem } from './person-card.ts';
import { Pictures } from './pictures.ts';
import { words } from './say.ts';

interface FreeItem {
  connection: ConnectionResource;
  hasFloor: boolean;
}

/** The people of a room, and the connections that wait for somebody. */
export class PeoplePanel {
  readonly element: HTMLElement;
  readonly #context: ConsoleContext;
  readonly #actions: PersonActions | undefined;
  readonly #pictures: Pictures;
  readonly #cards = new Map<string, PersonCard>();
  readonly #people: KeyedList<PersonItem>;
  readonly #free: KeyedList<FreeItem>;
  readonly #nobody = h('p', { class: 'hint' }, words.room.nobody);
  readonly #freeNone = h('p', { class: 'hint' }, words.room.freeNone);
  readonly #count = h('span', { class: 'count' });
  #room: RoomResource;

  constructor(context: ConsoleContext, room: RoomResource) {
    this.#context = context;
    this.#room = room;
    this.#actions = context.rights.operateRooms ? new PersonActions(context, room.name) : undefined;
    this.#pictures = new Pictures((id) => context.client.picture(room.name, id));
    const people = h('ul', { class: 'people' });
    const free = h('ul', { class: 'rows' });
    this.#people = new KeyedList(
      people,
      ({ connection }) => connection.id,
      (item) => this.#card(item),
    );
    this.#free = new KeyedList(
      free,
      ({ connection }) => connection.id,
      (item) => freeRow(item, this.#actions),
    );
    const actions = this.#actions;
    const add =
      actions &&
      button(words.person.add, () => {
        actions.add();
      });
    const [headingId, freeId] = [freshId(), freshId()];
    this.element = h(
      'div',
      { class: 'stack' },
      h(
        'section',
        { 'aria-labelledby': headingId },
        h('div', { class: 'bar' }, h('h2', { id: headingId }, words.room.peopleHeading), this.#count),
        this.#nobody,
        people,
      ),
      h(
        'section',
        { class: 'card', 'aria-labelledby': freeId },
        h('div', { class: 'bar' }, h('h2', { id: freeId }, words.room.free), add),
        this.#freeNone,
        free,
      ),
    );
    this.update(room);
  }

  /** Shows the room as it is now, with the latest figures. */
  update(room: RoomResource): void {
    this.#room = room;
    const { connections, speaker } = room;
    const here = connections.filter(({ user }) => user !== null);
    const free = connections.filter(({ user }) => user === null);
    const stats = new Map(this.#context.figures.room?.connections.map((figures) => [figures.id, figures]));
    const items = here.map((connection) => {
      return { connection, hasFloor: connection.id === speaker, stats: stats.get(connection.id) };
    });
    this.#forget(new Set(here.map(({ id }) => id)));
    this.#people.show(items);
    this.#free.show(free.map((connection) => ({ connection, hasFloor: connection.id === speaker })));
    setText(this.#count, words.room.people(here.length));
    this.#nobody.hidden = here.length > 0;
    this.#freeNone.hidden = free.length > 0;
  }

  /** Shows the figures that have come. */
  updateFigures(): void {
    this.update(this.#room);
  }

  /** Shows how loud people are: dBov by connection id; who is not named is silent. */
  showLevels(levels: Readonly<Record<string, number>>): void {
    for (const [id, card] of this.#cards) card.showLevel(levels[id]);
  }

  /** Ends what goes on by itself. */
  close(): void {
    this.#pictures.close();
  }

  #card(item: PersonItem): Row<PersonItem> {
    const card = personCard(item, this.#actions);
    const { id } = item.connection;
    this.#cards.set(id, card);
    // Whoever may only look is not shown pictures.
    if (this.#actions !== undefined) this.#pictures.add(id, card.image);
    return card;
  }

  #forget(here: ReadonlySet<string>): void {
    for (const id of this.#cards.keys()) {
      if (here.has(id)) continue;
      this.#pictures.remove(id);
      this.#cards.delete(id);
    }
  }
}

function freeRow({ connection: { id } }: FreeItem, actions: PersonActions | undefined): Row<FreeItem> {
  const { person: say } = words;
  const name = h('span', { class: 'free-name' }, id);
  const floor = h('span', { class: 'badge good' }, say.floor);
  const muted = h('span', { class: 'badge stop' });
  const act = (label: string, press: () => void) =>
    button(label, press, 'quiet', { 'aria-label': words.room.setting(label, id) });
  const give = act(say.give, () => actions?.toggleFloor(id));
  const remove = act(say.remove, () => actions?.remove(id));
  const element = h(
    'li',
    {},
    name,
    floor,
    muted,
    actions !== undefined && h('span', { class: 'actions' }, give, remove),
  );
  return {
    element,
    update({ connection, hasFloor }) {
      setText(name, connection.name === id ? id : `${connection.name} (${id})`);
      floor.hidden = !hasFloor;
      setText(give, hasFloor ? say.take : say.give);
      give.setAttribute('aria-label', words.room.setting(hasFloor ? say.take : say.give, id));
      const mutes = [connection.muted.audio && say.mutedAudio, connection.muted.video && say.mutedVideo];
      setText(muted, mutes.filter((text) => text !== false).join(words.log.and));
      muted.hidden = muted.textContent === '';
    },
  };
}
