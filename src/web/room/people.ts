import type { ConnectionResource, RoomResource } from '../../client/index.ts';
import { element, make, makeButton } from '../shared/element.ts';
import type { BoxLabel } from '../shared/server-words.ts';
import { icon } from './icons.ts';
import type { Words } from './words.ts';

/** Somebody in the list. */
export interface Person {
  connection: string;
  name: string;
  own: boolean;
  muted: { audio: boolean; video: boolean };
  /** By the operator alone; undefined where that is not known, and nothing can be changed. */
  stopped: { audio: boolean; video: boolean } | undefined;
  /** Whether the operator has stopped their picture. */
  hidden: boolean;
  speaker: boolean;
  speaking: boolean;
  role: 'viewer' | 'participant' | 'host';
}

/** Who is there, as far as pictures tell: `seen` by them, `hidden` because the operator has stopped theirs. */
export function peopleOfBoxes(
  own: Pick<Person, 'connection' | 'name' | 'muted'>,
  seen: readonly BoxLabel[],
  hidden: readonly BoxLabel[],
): Person[] {
  const rest = { stopped: undefined, role: 'participant' } as const;
  return [
    { ...rest, ...own, own: true, speaker: false, speaking: false, hidden: false },
    ...seen.map((label) => ({ ...rest, ...label, own: false, hidden: false })),
    ...hidden.map((label) => ({ ...rest, ...label, own: false, hidden: true })),
  ];
}

/** Who is there, as the server knows it. */
export function peopleOfRoom({ connections, speaker }: RoomResource, ownConnection: string | undefined): Person[] {
  const isThere = ({ state }: ConnectionResource) => state === 'connected' || state === 'negotiating';
  return connections
    .filter((connection) => isThere(connection) || connection.id === ownConnection)
    .map(({ id, name, muted, selfMuted, speaking, role }) => ({
      connection: id,
      name,
      own: id === ownConnection,
      muted: { audio: muted.audio || selfMuted.audio, video: muted.video || selfMuted.video },
      stopped: muted,
      hidden: muted.video,
      speaker: id === speaker,
      speaking,
      role,
    }))
    .sort((one, other) => Number(other.own) - Number(one.own));
}

/** What the operator may do with somebody. */
export interface PeopleActions {
  setSpeaker(connection: string | null): void;
  setMuted(connection: string, muted: { audio?: boolean; video?: boolean }): void;
  remove(person: Person): void;
}

/** The list of people, with what the operator may do. It stays as it is while nothing changes, so that the keyboard keeps its place. */
export class People {
  readonly #list = element('people-list', HTMLUListElement);
  readonly #words: Words;
  readonly #actions: PeopleActions;
  #shown = '';

  constructor(words: Words, actions: PeopleActions) {
    this.#words = words;
    this.#actions = actions;
  }

  /** Shows these people. */
  show(people: readonly Person[]): void {
    // Voices change all the time; they are marked without making the list anew.
    const shown = JSON.stringify(people.map((person) => ({ ...person, speaking: false })));
    if (shown !== this.#shown) {
      const focused = this.#list.contains(document.activeElement) ? document.activeElement?.id : undefined;
      this.#list.replaceChildren(...people.map((person) => this.#row(person)));
      if (focused) document.getElementById(focused)?.focus();
    }
    this.#shown = shown;
    for (const [index, { speaking }] of people.entries())
      this.#list.children[index]?.classList.toggle('speaking', speaking);
  }

  #row(person: Person): HTMLLIElement {
    const words = this.#words;
    const { name, own, muted, speaker, role, stopped, hidden } = person;
    const marks = make('span', { class: 'marks' });
    if (speaker) marks.append(make('span', { class: 'badge warn', text: words.hasFloor }));
    if (hidden) marks.append(make('span', { class: 'badge', text: words.pictureStopped }));
    if (role !== 'participant') marks.append(make('span', { class: 'badge', text: words[role] }));
    if (role !== 'viewer') {
      marks.append(icon(muted.audio ? 'microphone-off' : 'microphone'), icon(muted.video ? 'camera-off' : 'camera'));
      if (muted.audio) marks.append(make('span', { class: 'unseen', text: words.muted }));
    }
    const who = make('span', { class: 'who', text: own ? `${name} (${words.you})` : name });
    const row = make('li', { children: [who, marks] });
    if (stopped) row.append(this.#controls(person, stopped));
    return row;
  }

  #controls(person: Person, stopped: { audio: boolean; video: boolean }): HTMLElement {
    const words = this.#words;
    const { connection, name, own, speaker, role } = person;
    const button = (key: string, text: string, action: () => void) =>
      makeButton(
        {
          class: 'small',
          text,
          attributes: { id: `${key}-${connection}`, 'aria-label': words.ofPerson(text, name) },
        },
        action,
      );
    const actions = this.#actions;
    const controls = make('span', { class: 'controls' });
    if (role !== 'viewer') {
      controls.append(
        button('floor', speaker ? words.takeFloor : words.giveFloor, () => {
          actions.setSpeaker(speaker ? null : connection);
        }),
        button('audio', stopped.audio ? words.unmuteOther : words.muteOther, () => {
          actions.setMuted(connection, { audio: !stopped.audio });
        }),
        button('video', stopped.video ? words.showOther : words.hideOther, () => {
          actions.setMuted(connection, { video: !stopped.video });
        }),
      );
    }
    if (!own)
      controls.append(
        button('remove', words.remove, () => {
          actions.remove(person);
        }),
      );
    return controls;
  }
}
