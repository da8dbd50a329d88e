import { ApiError, type TaggedRoom } from '../../../client/index.ts';
import type { RoomResource, RoomSettings } from '../../../protocol/http-api/room.ts';
import {
  changedSettings,
  changeOf,
  settingInWords,
  type SettingName,
  settingName,
  settingValue,
} from '../room-change.ts';
import type { ConsoleContext } from './console-context.ts';
import { button, field, freshId, h, select } from './elements.ts';
import { words } from './say.ts';

/** A setting on the page. */
interface Control {
  setting: SettingName;
  element: HTMLElement;
  /** What is typed or chosen; undefined when it cannot be used. */
  read(): RoomSettings[SettingName] | undefined;
  show(room: RoomResource): void;
  /** The room as it was when the operator began to change this: the change is meant for it. Undefined while they do not. */
  basis: Basis | undefined;
}

/** A room as the operator sees it, and its tag; without one, only when it is not known yet. */
interface Basis {
  room: RoomResource;
  etag: string | undefined;
}

const MAX_USERS = 1000;
const MAX_HISTORY = 100;

/** A change cannot be sent before the room has been read. */
class TagMissing extends Error {}

function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof TagMissing || (error instanceof ApiError && error.code === 'changed-meanwhile');
}

/** The settings of a room, each changed as soon as another value is chosen, and only if the room is still as it is shown. */
export class SettingsPanel {
  readonly element: HTMLElement;
  readonly #context: ConsoleContext;
  readonly #controls: readonly Control[];
  #now: Basis;
  /** Whether a tag is on the way; `again` = and will be too old. */
  #reading: 'no' | 'yes' | 'again' = 'no';

  constructor(context: ConsoleContext, room: RoomResource) {
    this.#context = context;
    this.#now = { room, etag: undefined };
    const { room: say } = words;
    this.#controls = [
      this.#choice('layout', say.layouts),
      this.#choice('sound', say.sounds),
      this.#choice('speakerPolicy', say.policies),
      this.#number('maxUsers', 1, MAX_USERS),
      this.#number('chatHistory', 0, MAX_HISTORY),
      this.#switch('locked'),
    ];
    const headingId = freshId();
    this.element = h(
      'section',
      { class: 'card settings', 'aria-labelledby': headingId },
      h('h2', { id: headingId }, say.settings),
      h('div', { class: 'fields' }, ...this.#controls.map(({ element }) => element)),
      h('p', { class: 'hint' }, say.setting(say.codec, room.codec === 'vp8' ? 'VP8' : 'H.264')),
    );
    this.#show();
    void this.#readTag();
  }

  /** Shows how the room is now. */
  update(room: RoomResource): void {
    const isOther = changedSettings(this.#now.room, room).length > 0 || this.#now.room.speaker !== room.speaker;
    this.#now = { room, etag: this.#now.etag };
    if (!isOther) return;
    this.#show();
    void this.#readTag();
  }

  #show(): void {
    for (const control of this.#controls) if (control.basis === undefined) control.show(this.#now.room);
  }

  /** The tag of the room as it is shown: events do not carry it. */
  async #readTag(): Promise<void> {
    if (this.#reading !== 'no') {
      this.#reading = 'again';
      return;
    }
    do {
      this.#reading = 'yes';
      try {
        const { etag, ...room } = await this.#context.client.getRoom(this.#now.room.name);
        this.#now = { room: { ...this.#now.room, ...settingsOf(room) }, etag };
        this.#show();
      } catch {
        // The room is gone, or the server is away: a change would be told so.
      }
    } while (this.#wasAskedAgain());
    this.#reading = 'no';
  }

  #wasAskedAgain(): boolean {
    return this.#reading === 'again';
  }

  async #change(control: Control): Promise<void> {
    const { setting } = control;
    const value = control.read();
    const basis = control.basis ?? this.#now;
    if (value === undefined || value === basis.room[setting]) {
      control.basis = undefined;
      this.#show();
      return;
    }
    await this.#context.notices.run(() => this.#send(control, value, basis));
    control.basis = undefined;
    this.#show();
  }

  async #send(control: Control, value: RoomSettings[SettingName], basis: Basis): Promise<void> {
    const { client, notices } = this.#context;
    const { setting } = control;
    const { name } = basis.room;
    try {
      // Without a tag, nobody would notice that the room has changed meanwhile.
      if (basis.etag === undefined) throw new TagMissing('The tag of the room is not known yet');
      const room = await client.changeRoom(name, changeOf(setting, value), { etag: basis.etag });
      this.#accept(room);
      notices.done(words.room.saved(settingName(setting, words), settingValue(setting, room, words)));
    } catch (error) {
      if (!isChangedMeanwhile(error)) throw error;
      const room = await client.getRoom(name);
      this.#accept(room);
      const others = changedSettings(basis.room, room);
      // It was not the settings that have changed: nobody would overwrite anything.
      if (others.length === 0) await this.#send(control, value, { room, etag: room.etag });
      else this.#tellOfOthers(control, value, room, others);
    }
  }

  #tellOfOthers(control: Control, value: RoomSettings[SettingName], room: TaggedRoom, others: SettingName[]): void {
    const { notices } = this.#context;
    const yours = settingInWords(control.setting, { ...room, [control.setting]: value }, words);
    const theirs = others.map((setting) => settingInWords(setting, room, words)).join(words.log.and);
    const again = button(words.room.again, () => {
      void notices.run(() => this.#send(control, value, { room, etag: room.etag }));
    });
    notices.warn(words.room.changedMeanwhile(theirs, yours), again);
  }

  #accept({ etag, ...room }: TaggedRoom): void {
    this.#now = { room, etag };
    this.#show();
  }

  #begin(control: Control): void {
    control.basis ??= this.#now;
  }

  #control(
    setting: SettingName,
    element: HTMLElement,
    input: HTMLInputElement | HTMLSelectElement,
    parts: Pick<Control, 'read' | 'show'>,
  ): Control {
    const control: Control = { setting, element, basis: undefined, ...parts };
    input.disabled = !this.#context.rights.operateRooms;
    input.addEventListener('input', () => {
      this.#begin(control);
    });
    input.addEventListener('change', () => void this.#change(control));
    return control;
  }

  #choice<S extends 'layout' | 'sound' | 'speakerPolicy'>(
    setting: S,
    labels: Record<RoomSettings[S], string>,
  ): Control {
    const values = Object.keys(labels) as RoomSettings[S][];
    const input = select(
      values.map((value) => [value, labels[value]]),
      this.#now.room[setting],
    );
    return this.#control(setting, field(settingName(setting, words), input), input, {
      read: () => input.value as RoomSettings[S],
      show: (room) => {
        input.value = room[setting];
      },
    });
  }

  #number(setting: 'maxUsers' | 'chatHistory', min: number, max: number): Control {
    const input = h('input', { type: 'number', min, max, step: 1, inputmode: 'numeric' });
    const read = () => {
      if (input.value === '' && setting === 'maxUsers' && !input.validity.badInput) return null;
      const value = input.valueAsNumber;
      if (Number.isInteger(value) && value >= min && value <= max) return value;
      this.#context.notices.warn(words.room.badNumber(min, max));
      return undefined;
    };
    const show = (room: RoomResource) => {
      input.value = room[setting] === null ? '' : String(room[setting]);
    };
    return this.#control(setting, field(words.room[setting], input), input, { read, show });
  }

  #switch(setting: 'locked'): Control {
    const input = h('input', { type: 'checkbox' });
    const element = h('label', { class: 'switch' }, input, words.room.locked);
    return this.#control(setting, element, input, {
      read: () => input.checked,
      show: (room) => {
        input.checked = room[setting];
      },
    });
  }
}

function settingsOf({ layout, sound, speakerPolicy, locked, maxUsers, chatHistory }: RoomResource) {
  return { layout, sound, speakerPolicy, locked, maxUsers, chatHistory };
}
