import type { Access, Webstreamer } from '../../client/index.ts';
import { element } from '../shared/element.ts';
import { Announcer } from './announcer.ts';
import { Chat } from './chat.ts';
import { Controls, type Panel } from './controls.ts';
import { DeviceChooser } from './device-chooser.ts';
import { Devices } from './devices.ts';
import { icon } from './icons.ts';
import { InviteDialog } from './invite-dialog.ts';
import { LocalMedia } from './local-media.ts';
import { mayOperate } from './operation.ts';
import { type PageState, pageStateFor } from './page-state.ts';
import { PeoplePanel } from './people-panel.ts';
import { failureOf, Places } from './places.ts';
import { Preview, type Wish } from './preview.ts';
import { RoomCall } from './room-call.ts';
import { Screens } from './screens.ts';
import { describeShortcuts, listenForShortcuts, type Shortcut } from './shortcuts.ts';
import { Stage } from './stage.ts';
import type { GivenPlace, Invited } from './token.ts';
import type { Words } from './words.ts';

/** What a room page is opened with. */
export interface RoomPageOptions {
  words: Words;
  client: Webstreamer;
  room: string;
  invited: Invited;
  /** The place that the page is to take, if it was opened with one. */
  place: GivenPlace | undefined;
}

/** The page of a room: builds its parts, and passes on what each has to say to the others. */
export class RoomPage {
  readonly #words: Words;
  readonly #client: Webstreamer;
  readonly #room: string;
  readonly #invited: Invited;
  readonly #place: GivenPlace | undefined;
  readonly #announcer = new Announcer(element('announcements', HTMLElement));
  readonly #screens: Screens;
  readonly #media: LocalMedia;
  readonly #chooser: DeviceChooser;
  readonly #preview: Preview;
  readonly #places: Places;
  readonly #call: RoomCall;
  readonly #stage: Stage;
  readonly #chat: Chat;
  readonly #controls: Controls;
  readonly #people: PeoplePanel;
  readonly #inviteDialog: InviteDialog;
  #state: PageState = { screen: 'preview' };
  #access: Access | undefined;
  #wish: Wish = { name: '', watching: false };
  #greeted = false;

  constructor({ words, client, room, invited, place }: RoomPageOptions) {
    this.#words = words;
    this.#client = client;
    this.#room = room;
    this.#invited = invited;
    this.#place = place;
    this.#screens = new Screens(words, room, {
      again: () => void this.#openPreview(),
    });
    const devices = new Devices();
    this.#media = new LocalMedia(devices, {
      onChange: () => {
        this.#mediaChanged();
      },
      onReplaced: (old, next) => void this.#call.replace(old, next),
    });
    const select = (id: string) => element(id, HTMLSelectElement);
    this.#chooser = new DeviceChooser(words, devices, this.#media, {
      camera: [select('choose-camera'), select('change-camera')],
      microphone: [select('choose-microphone'), select('change-microphone')],
    });
    this.#preview = new Preview(words, this.#media, this.#chooser, (wish) => {
      this.#join(wish);
    });
    this.#places = new Places(client, room, place);
    this.#stage = new Stage(element('stage', HTMLElement), words, {
      onCame: (name) => {
        if (this.#greeted) this.#announcer.say(words.joined(name));
      },
      onWent: (name) => {
        this.#announcer.say(words.left(name));
      },
      onPeople: (seen, stopped) => {
        this.#greeted = true;
        this.#people.label(seen, stopped);
      },
    });
    this.#call = this.#makeCall();
    this.#chat = new Chat(words, {
      send: (text) => this.#call.write(text),
      onUnread: (count) => {
        this.#controls.showUnread(count);
      },
      onUnseen: (name, text) => {
        this.#announcer.say(words.said(name, text));
      },
    });
    this.#controls = new Controls(words, this.#media, {
      share: () => void this.#share(),
      invite: () => {
        this.#invite();
      },
      leave: () => {
        this.#call.leave();
      },
      onPanel: (panel) => {
        this.#panelChanged(panel);
      },
    });
    this.#people = new PeoplePanel({
      words,
      client,
      room,
      own: () => ({
        connection: this.#places.place?.connection ?? '',
        name: this.#wish.name || words.you,
        muted: this.#ownMuted,
      }),
    });
    this.#inviteDialog = new InviteDialog(words, client, room, this.#announcer);
    this.#bind();
  }

  /** Finds out what this person may do, then shows the preview, or why there is no call. */
  async open(): Promise<void> {
    try {
      this.#access = await this.#client.access();
    } catch (error) {
      const { failure, detail } = failureOf(error);
      this.#show({ screen: 'ended', why: failure, detail });
      return;
    }
    const { required, scopes } = this.#access;
    // The token of a place allows nothing but to take it.
    const mayJoin = !required || scopes.length > 0 || this.#place !== undefined;
    if (!mayJoin) this.#show({ screen: 'ended', why: 'not-authenticated', detail: undefined });
    else if (this.#access.room !== null && this.#access.room !== this.#room)
      this.#show({ screen: 'ended', why: 'not-allowed', detail: undefined });
    else await this.#openPreview();
  }

  get #operates(): boolean {
    return this.#access !== undefined && mayOperate(this.#access, this.#room);
  }

  async #openPreview(): Promise<void> {
    if (!this.#access) {
      await this.open();
      return;
    }
    this.#show({ screen: 'preview' });
    this.#call.prepare();
    await this.#preview.open({ name: this.#invited.name, viewer: this.#invited.role === 'viewer' });
  }

  #makeCall(): RoomCall {
    return new RoomCall(this.#media, this.#places, {
      onState: (state) => {
        this.#show(pageStateFor(state, this.#state));
      },
      onCameraStopped: () => {
        this.#announcer.say(this.#words.cameraEnded);
      },
      onStream: ({ streamid, userid, stream }) => {
        this.#stage.show(streamid, userid, stream);
      },
      onStreamEnded: (streamId) => {
        this.#stage.remove(streamId);
      },
      onUserLeft: (userId) => {
        this.#stage.removeUser(userId);
      },
      onBoxes: (word) => {
        this.#stage.label(word);
        const stopped = {
          audio: (word.own?.muted.audio ?? false) && this.#media.isOn('microphone'),
          video: (word.own?.muted.video ?? false) && this.#media.isOn('camera'),
        };
        this.#screens.showStopped(stopped);
        this.#screens.showAlone(word.own?.speaker ?? false);
      },
      onCleared: () => {
        this.#greeted = false;
        this.#stage.clear();
        this.#chat.clear();
        this.#controls.closePanel();
      },
      onRoomText: (text) => {
        this.#chat.receive(text);
      },
      onSharing: (sharing) => {
        this.#controls.show({ watching: this.#wish.watching, sharing });
        if (sharing) this.#announcer.say(this.#words.sharing);
      },
    });
  }

  #join(wish: Wish): void {
    this.#wish = wish;
    this.#preview.close();
    element('call-devices', HTMLElement).hidden = wish.watching;
    this.#people.operates = this.#operates;
    this.#controls.show({ watching: wish.watching, sharing: false });
    this.#call.start(wish, this.#invited.role === 'host');
    this.#showOwn();
  }

  #show(state: PageState): void {
    const before = this.#state;
    this.#state = state;
    this.#screens.show(state);
    if (state.screen !== 'call' || state.progress !== 'on') return;
    if (before.screen !== 'call' || before.progress !== 'on') this.#announcer.say(this.#words.connected);
    this.#people.update();
  }

  #mediaChanged(): void {
    void this.#preview.update();
    if (this.#state.screen !== 'call') return;
    this.#controls.show({ watching: this.#wish.watching, sharing: this.#call.sharing });
    this.#call.sayMuted();
    this.#showOwn();
    this.#people.update();
    void this.#chooser.update();
  }

  get #ownMuted(): { audio: boolean; video: boolean } {
    return { audio: !this.#media.isOn('microphone'), video: !this.#media.isOn('camera') };
  }

  #showOwn(): void {
    this.#stage.showOwn(this.#call.stream, this.#wish.name || this.#words.you, this.#ownMuted);
  }

  #panelChanged(panel: Panel | undefined): void {
    this.#chat.open = panel === 'chat';
    this.#people.open = panel === 'people';
  }

  async #share(): Promise<void> {
    if (this.#call.sharing) {
      this.#call.unshare();
      return;
    }
    try {
      await this.#call.share();
    } catch (error) {
      // Whoever chooses nothing need not be told so.
      if (!(error instanceof DOMException)) throw error;
      if (error.name !== 'NotAllowedError') this.#announcer.say(this.#words.shareFailed);
    }
  }

  #invite(): void {
    void this.#inviteDialog.open({ required: this.#access?.required ?? false, operates: this.#operates });
  }

  #bind(): void {
    describeShortcuts(element('shortcuts', HTMLElement), this.#words);
    for (const button of document.querySelectorAll('.panel .close')) button.append(icon('close'));
    element('chat-send', HTMLButtonElement).append(icon('send'));
    element('alone-invite', HTMLButtonElement).addEventListener('click', () => {
      this.#invite();
    });
    element('more-invite', HTMLButtonElement).addEventListener('click', () => {
      element('more-dialog', HTMLDialogElement).close();
      this.#invite();
    });
    element('full-screen', HTMLButtonElement).addEventListener('click', () => {
      element('more-dialog', HTMLDialogElement).close();
      this.#screens.toggleFullScreen();
    });
    listenForShortcuts((key) => {
      if (this.#state.screen === 'call') this.#press(key);
    });
  }

  #press(key: Shortcut): void {
    const actions: Record<Shortcut, () => void> = {
      m: () => {
        this.#controls.toggle('microphone');
      },
      v: () => {
        this.#controls.toggle('camera');
      },
      s: () => {
        if (!this.#wish.watching) void this.#share();
      },
      c: () => {
        this.#controls.togglePanel('chat');
      },
      p: () => {
        this.#controls.togglePanel('people');
      },
      f: () => {
        this.#screens.toggleFullScreen();
      },
      '?': () => {
        this.#controls.openMore();
      },
      Escape: () => {
        this.#controls.closePanel();
      },
    };
    actions[key]();
  }
}
