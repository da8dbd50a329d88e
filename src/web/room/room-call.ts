import type { Role } from '../../client/index.ts';
import { Call } from '../shared/call.ts';
import type { CallListener } from '../shared/call-state.ts';
import type { LocalMedia } from './local-media.ts';
import type { Places } from './places.ts';
import type { Wish } from './preview.ts';
import { type RoomText, TextReader } from './text-reader.ts';

/** What a call in a room tells the page, beside what any call does. */
export interface RoomCallListener extends Omit<CallListener, 'onChannel' | 'onText' | 'onCamera'> {
  onRoomText(text: RoomText): void;
  onSharing(sharing: boolean): void;
}

/** A call in a room: a place in it, the devices that are sent, a shared screen, and texts. */
export class RoomCall {
  readonly #call: Call;
  readonly #media: LocalMedia;
  readonly #places: Places;
  readonly #listener: RoomCallListener;
  #stream: MediaStream | undefined;
  #screen: MediaStream | undefined;
  #channel: RTCDataChannel | undefined;

  constructor(media: LocalMedia, places: Places, listener: RoomCallListener) {
    this.#media = media;
    this.#places = places;
    this.#listener = listener;
    const reader = new TextReader((text) => {
      listener.onRoomText(text);
    });
    this.#call = new Call(
      {
        onState: (state) => {
          if (state.name === 'connected') this.sayMuted();
          const { name } = state;
          listener.onState(name === 'failed' ? { ...state, failure: places.explain(state.failure) } : state);
        },
        onCamera: () => undefined,
        onCameraStopped: () => {
          listener.onCameraStopped();
        },
        onStream: (event) => {
          listener.onStream(event);
        },
        onStreamEnded: (streamId) => {
          listener.onStreamEnded(streamId);
        },
        onUserLeft: (userId) => {
          listener.onUserLeft(userId);
        },
        onBoxes: (word) => {
          listener.onBoxes(word);
        },
        onCleared: () => {
          this.#forget();
          listener.onCleared();
        },
        onChannel: (channel) => {
          this.#channel = channel;
          reader.follow(channel);
        },
        onText: (data) => {
          reader.take(data);
        },
      },
      { texts: true },
    );
  }

  /** What is sent; undefined for somebody who only looks on. */
  get stream(): MediaStream | undefined {
    return this.#stream;
  }

  /** Whether a screen is shared. */
  get sharing(): boolean {
    return this.#screen !== undefined;
  }

  /** Whether texts can be sent now. */
  get canWrite(): boolean {
    return this.#channel?.readyState === 'open';
  }

  /** Connects to the server before anybody asks to take part. */
  prepare(): void {
    this.#call.prepare();
  }

  /** Takes part in the room; `host` = the invitation is one for a host. */
  start({ name, watching }: Wish, host: boolean): void {
    const role: Role | undefined = watching ? 'viewer' : host ? 'host' : undefined;
    void this.#call.start({
      capture: () => {
        this.#stream = watching ? undefined : this.#media.stream(name);
        return Promise.resolve(this.#stream);
      },
      findGoal: () => this.#places.find(name, role),
    });
  }

  /** Leaves the room. */
  leave(): void {
    this.#call.leave();
  }

  /** Sends a text to everybody; false when that is not possible now. */
  write(text: string): boolean {
    if (!this.canWrite) return false;
    this.#call.line?.library.send(text);
    return true;
  }

  /** Sends one device's track in place of another's. */
  async replace(old: MediaStreamTrack, next: MediaStreamTrack): Promise<void> {
    await this.#call.line?.replaceTrack(old, next);
    this.sayMuted();
  }

  /** Says which of camera and microphone are off. */
  sayMuted(): void {
    this.#call.line?.sayMuted('audio', !this.#media.isOn('microphone'));
    this.#call.line?.sayMuted('video', !this.#media.isOn('camera'));
  }

  /** Shares a screen that the person chooses. Rejects as `getDisplayMedia` does, when nothing is chosen as well. */
  async share(): Promise<void> {
    const screen = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: 15 } } });
    this.#screen = screen;
    for (const track of screen.getTracks())
      track.addEventListener('ended', () => {
        if (this.#screen === screen) this.unshare();
      });
    this.#call.line?.addStream(screen);
    this.#listener.onSharing(true);
  }

  /** Ends the sharing of the screen. */
  unshare(): void {
    const screen = this.#screen;
    if (!screen) return;
    this.#screen = undefined;
    this.#call.line?.removeStream(screen);
    this.#listener.onSharing(false);
  }

  #forget(): void {
    this.#screen = undefined;
    this.#channel = undefined;
    this.#stream = undefined;
    this.#media.close();
    this.#listener.onSharing(false);
  }
}
