import type { Webstreamer } from '../../client/index.ts';
import { element } from '../shared/element.ts';
import type { BoxLabel } from '../shared/server-words.ts';
import { Operation } from './operation.ts';
import { People, peopleOfBoxes, peopleOfRoom, type Person } from './people.ts';
import type { Words } from './words.ts';

/** What the panel is made with; `own` = how this page's user is shown where only pictures tell who is there. */
export interface PeoplePanelOptions {
  words: Words;
  client: Webstreamer;
  room: string;
  own(): Pick<Person, 'connection' | 'name' | 'muted'>;
}

/** The panel with the people of the room and, for those who may, its operation. */
export class PeoplePanel {
  readonly #options: PeoplePanelOptions;
  readonly #people: People;
  readonly #operation: Operation;
  #operates = false;
  #labels: readonly BoxLabel[] = [];
  #stopped: readonly BoxLabel[] = [];

  constructor(options: PeoplePanelOptions) {
    this.#options = options;
    const { words, client, room } = options;
    this.#operation = new Operation(client, room, words, {
      onRoom: (resource) => {
        this.#people.show(peopleOfRoom(resource, options.own().connection));
      },
      onFailed: (detail) => {
        element('operation-hint', HTMLElement).textContent = words.notDone(detail);
      },
    });
    this.#people = new People(words, {
      setSpeaker: (connection) => {
        this.#operation.do(() => client.setSpeaker(room, connection));
      },
      setMuted: (connection, muted) => {
        this.#operation.do(() => client.changeConnection(room, connection, { muted }));
      },
      remove: (person) => {
        this.#remove(person);
      },
    });
  }

  /** Whether this page's user may operate the room. */
  set operates(operates: boolean) {
    this.#operates = operates;
    element('operation', HTMLElement).hidden = !operates;
  }

  /** Whether it is to be seen. */
  set open(open: boolean) {
    element('operation-hint', HTMLElement).textContent = '';
    this.#operation.open = open && this.#operates;
    this.update();
  }

  /** States whom the boxes show, and whose pictures the operator has stopped. */
  label(seen: readonly BoxLabel[], stopped: readonly BoxLabel[]): void {
    this.#labels = seen;
    this.#stopped = stopped;
    this.update();
  }

  /** Shows what has changed of this page's user; the operator's list comes from the server. */
  update(): void {
    if (!this.#operates) this.#people.show(peopleOfBoxes(this.#options.own(), this.#labels, this.#stopped));
  }

  #remove({ connection, name }: Person): void {
    const { words, client, room } = this.#options;
    const dialog = element('remove-dialog', HTMLDialogElement);
    element('remove-title', HTMLElement).textContent = words.removeTitle(name);
    dialog.returnValue = 'no';
    const answered = () => {
      if (dialog.returnValue === 'yes') this.#operation.do(() => client.removeUser(room, connection));
    };
    dialog.addEventListener('close', answered, { once: true });
    dialog.showModal();
  }
}
