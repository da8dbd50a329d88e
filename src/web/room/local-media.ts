import { CallError, type Failure } from '../shared/failure.ts';
import { type DeviceKind, type Devices, NO_DEVICE } from './devices.ts';
import { NameCard } from './name-card.ts';

/** What is told of one's own camera and microphone. */
export interface LocalMediaListener {
  onChange(): void;
  /** While a call is up: `next` is to be sent in place of `old`. */
  onReplaced(old: MediaStreamTrack, next: MediaStreamTrack): void;
}

function silence(): { context: AudioContext; track: MediaStreamTrack } {
  const context = new AudioContext();
  const [track] = context.createMediaStreamDestination().stream.getAudioTracks();
  if (!track) throw new Error('This browser makes no sound');
  return { context, track };
}

/**
 * One's own camera and microphone. Each is on or off: a camera that is off is not used at all, so that its light goes out, and a
 * picture of the name is sent instead; a microphone that is off stays open, and nothing of it is sent.
 */
export class LocalMedia {
  readonly #devices: Devices;
  readonly #listener: LocalMediaListener;
  readonly #tracks: Partial<Record<DeviceKind, MediaStreamTrack | undefined>> = {};
  readonly #on: Record<DeviceKind, boolean> = { camera: true, microphone: true };
  /** Why a device could not be started. */
  readonly failures: Partial<Record<DeviceKind, Failure | undefined>> = {};
  #sent: Record<DeviceKind, MediaStreamTrack> | undefined;
  #card: NameCard | undefined;
  #name = '';
  #silence: { context: AudioContext; track: MediaStreamTrack } | undefined;

  constructor(devices: Devices, listener: LocalMediaListener) {
    this.#devices = devices;
    this.#listener = listener;
  }

  /** The device's track, if it runs. */
  track(kind: DeviceKind): MediaStreamTrack | undefined {
    return this.#tracks[kind];
  }

  /** Whether others see or hear it. */
  isOn(kind: DeviceKind): boolean {
    return this.#on[kind] && this.#tracks[kind] !== undefined;
  }

  /** Starts what was used last, or everything. */
  async start(): Promise<void> {
    const wanted = (['camera', 'microphone'] as const).filter(
      (kind) => this.#devices.chosen(kind) !== NO_DEVICE && (kind === 'microphone' || this.#on.camera),
    );
    const isPair = wanted.length === 2;
    try {
      if (isPair) Object.assign(this.#tracks, await this.#devices.openBoth());
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      for (const kind of wanted) this.failures[kind] = error.failure;
      // One that is missing or taken must not keep the other one away; a refusal and what no device helps against are for both.
      if (['insecure-origin', 'unsupported-browser', 'permission-refused'].includes(error.failure)) wanted.length = 0;
    }
    for (const kind of wanted) if (!this.#tracks[kind]) await this.#open(kind);
    for (const kind of ['camera', 'microphone'] as const) {
      this.#watch(kind);
      this.#send(kind); // somebody may have joined meanwhile
    }
    this.#listener.onChange();
  }

  /** Uses a device from now on; `NO_DEVICE` = none of this kind. */
  async use(kind: DeviceKind, id: string): Promise<void> {
    this.#devices.choose(kind, id);
    this.#close(kind);
    if (id !== NO_DEVICE) {
      this.#on[kind] = true;
      await this.#open(kind, id);
      this.#watch(kind);
    }
    this.#send(kind);
    this.#listener.onChange();
  }

  /** Turns camera or microphone on or off. */
  async turn(kind: DeviceKind, on: boolean): Promise<void> {
    this.#on[kind] = on;
    if (kind === 'camera' && !on) this.#close(kind);
    if (on && !this.#tracks[kind]) {
      const chosen = this.#devices.chosen(kind);
      await this.#open(kind, chosen === NO_DEVICE ? undefined : chosen);
      this.#watch(kind);
    }
    this.#send(kind);
    this.#listener.onChange();
  }

  /** What a call sends: always a picture and a sound, so that the devices can change in the middle of it. `name` is on the card. */
  stream(name: string): MediaStream {
    this.#name = name;
    this.#sent = { camera: this.#trackFor('camera'), microphone: this.#trackFor('microphone') };
    return new MediaStream([this.#sent.microphone, this.#sent.camera]);
  }

  /** Ends everything. */
  close(): void {
    this.#sent = undefined;
    for (const kind of ['camera', 'microphone'] as const) this.#close(kind);
    this.#card?.close();
    this.#card = undefined;
    void this.#silence?.context.close();
    this.#silence = undefined;
  }

  #send(kind: DeviceKind): void {
    const track = this.#tracks[kind];
    if (track && kind === 'microphone') track.enabled = this.#on.microphone;
    const old = this.#sent?.[kind];
    if (!this.#sent || !old) return;
    const next = this.#trackFor(kind);
    if (next === old) return;
    this.#sent[kind] = next;
    this.#listener.onReplaced(old, next);
  }

  #trackFor(kind: DeviceKind): MediaStreamTrack {
    const track = this.#tracks[kind];
    if (kind === 'camera') {
      if (track) {
        this.#card?.close();
        this.#card = undefined;
        return track;
      }
      this.#card ??= new NameCard(this.#name);
      return this.#card.track;
    }
    if (track) {
      track.enabled = this.#on.microphone;
      return track;
    }
    this.#silence ??= silence();
    return this.#silence.track;
  }

  async #open(kind: DeviceKind, id?: string): Promise<void> {
    this.failures[kind] = undefined;
    try {
      this.#tracks[kind] = await this.#devices.open(kind, id);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      this.failures[kind] = error.failure;
    }
  }

  /** A device that is unplugged is as good as turned off. */
  #watch(kind: DeviceKind): void {
    const track = this.#tracks[kind];
    track?.addEventListener('ended', () => {
      if (this.#tracks[kind] !== track) return;
      this.#tracks[kind] = undefined;
      this.#send(kind);
      this.#listener.onChange();
    });
  }

  #close(kind: DeviceKind): void {
    const track = this.#tracks[kind];
    this.#tracks[kind] = undefined;
    track?.stop();
  }
}
