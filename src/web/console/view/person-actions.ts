import type { MediaKinds } from '../../../protocol/media-kinds.ts';
import type { ConnectionResource, RoomResource } from '../../../protocol/http-api/room.ts';
import type { ConsoleContext } from './console-context.ts';
import { openDialog } from './dialog.ts';
import { field, h } from './elements.ts';
import { NAME_LENGTH, NAME_PATTERN } from './name-field.ts';
import { words } from './say.ts';

/** What an operator does with the people of one room; asks first where something ends. */
export class PersonActions {
  readonly #context: ConsoleContext;
  readonly #room: string;

  constructor(context: ConsoleContext, room: string) {
    this.#context = context;
    this.#room = room;
  }

  /** Gives the floor to a connection, or takes it away when it has it. */
  toggleFloor(id: string): void {
    const { client, notices } = this.#context;
    const { done } = words.person;
    const hasFloor = this.#now()?.speaker === id;
    void notices.run(
      () => client.setSpeaker(this.#room, hasFloor ? null : id),
      hasFloor ? done.floorTaken : done.floor(this.#name(id)),
    );
  }

  /** Mutes sound or picture, or ceases to. */
  toggleMuted(id: string, kind: keyof MediaKinds): void {
    const { client, live, notices } = this.#context;
    const { done } = words.person;
    const mute = !(this.#connection(id)?.muted[kind] ?? false);
    const said = {
      audio: mute ? done.mutedAudio : done.unmutedAudio,
      video: mute ? done.mutedVideo : done.unmutedVideo,
    }[kind];
    const change = async () => {
      live.take(await client.changeConnection(this.#room, id, { muted: { [kind]: mute } }));
    };
    void notices.run(change, said(this.#name(id)));
  }

  /** Asks for another name. */
  rename(id: string): void {
    const { client, live, notices } = this.#context;
    const { person: say } = words;
    const input = h('input', { maxlength: 64, autocomplete: 'off', value: this.#name(id) });
    openDialog({
      heading: say.renameHeading(this.#name(id)),
      content: [field(say.nameField, input)],
      submitLabel: say.rename,
      submit: async () => {
        const name = input.value.trim();
        live.take(await client.changeConnection(this.#room, id, { name: name === '' ? null : name }));
        notices.done(say.done.renamed(this.#name(id)));
      },
    });
  }

  /** Asks whether somebody is to be shown out, and what they are told. */
  showOut(id: string): void {
    const { client, notices } = this.#context;
    const { person: say } = words;
    const name = this.#name(id);
    const input = h('input', { maxlength: 200, autocomplete: 'off' });
    openDialog({
      heading: say.showOutHeading(name),
      content: [h('p', {}, say.showOutExplain), field(say.messageField, input)],
      submitLabel: say.showOut,
      danger: true,
      submit: async () => {
        const message = input.value.trim();
        await client.removeUser(this.#room, id, message === '' ? undefined : message);
        notices.done(say.done.shownOut(name));
      },
    });
  }

  /** Asks whether a connection is to be removed. */
  remove(id: string): void {
    const { client, notices } = this.#context;
    const { person: say } = words;
    openDialog({
      heading: say.removeHeading(id),
      content: [h('p', {}, say.removeExplain)],
      submitLabel: say.remove,
      danger: true,
      submit: async () => {
        await client.removeConnection(this.#room, id);
        notices.done(say.done.removed(id));
      },
    });
  }

  /** Asks for the id of a new connection. */
  add(): void {
    const { client, live, notices } = this.#context;
    const { person: say } = words;
    const input = h('input', { required: true, maxlength: NAME_LENGTH, pattern: NAME_PATTERN, autocomplete: 'off' });
    openDialog({
      heading: say.addHeading,
      content: [field(say.addField, input, words.rooms.nameHint)],
      submitLabel: say.add,
      submit: async () => {
        live.take(await client.addConnection(this.#room, input.value));
        notices.done(say.done.added(input.value));
      },
    });
  }

  #now(): RoomResource | undefined {
    return this.#context.live.rooms?.get(this.#room);
  }

  #connection(id: string): ConnectionResource | undefined {
    return this.#now()?.connections.find((connection) => connection.id === id);
  }

  #name(id: string): string {
    return this.#connection(id)?.name ?? id;
  }
}
