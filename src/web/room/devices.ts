import { capture } from '../shared/capture.ts';

/** What kinds of devices there are. */
export type DeviceKind = 'camera' | 'microphone';

/** A device to choose from. The browser names it only once it may be used. */
export interface Device {
  id: string;
  label: string;
}

const BROWSER_KIND = { camera: 'videoinput', microphone: 'audioinput' } as const;
const STORAGE_KEY = { camera: 'webstreamer camera', microphone: 'webstreamer microphone' } as const;
const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };

/** The id under which no device is meant. */
export const NO_DEVICE = 'none';

function constraintsFor(kind: DeviceKind, id: string | undefined): MediaStreamConstraints {
  const which = id === undefined ? {} : { deviceId: { ideal: id } };
  return kind === 'camera' ? { video: { ...PICTURE, ...which } } : { audio: id === undefined ? true : which };
}

/** The cameras and microphones of this computer, and which of them the person has chosen. */
export class Devices {
  /** The devices of a kind, as far as the browser tells. */
  async list(kind: DeviceKind): Promise<Device[]> {
    if (!('mediaDevices' in navigator)) return [];
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices
      .filter((device) => device.kind === BROWSER_KIND[kind] && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  }

  /** Calls `listener` whenever a device is plugged in or out. */
  onChange(listener: () => void): void {
    if ('mediaDevices' in navigator) navigator.mediaDevices.addEventListener('devicechange', listener);
  }

  /** The device that was chosen last; `NO_DEVICE` if none was wanted, undefined if nothing was chosen. */
  chosen(kind: DeviceKind): string | undefined {
    return localStorage.getItem(STORAGE_KEY[kind]) ?? undefined;
  }

  /** Remembers a choice. */
  choose(kind: DeviceKind, id: string): void {
    localStorage.setItem(STORAGE_KEY[kind], id);
  }

  /** Starts a device: the one that is meant, or, where it is gone, another one. Rejects with a CallError. */
  async open(kind: DeviceKind, id = this.chosen(kind)): Promise<MediaStreamTrack> {
    const stream = await capture(constraintsFor(kind, id === NO_DEVICE ? undefined : id));
    return firstOf(stream, kind);
  }

  /** Starts both with one question to the person. Rejects with a CallError, also when one of them is not there. */
  async openBoth(): Promise<Record<DeviceKind, MediaStreamTrack>> {
    const [camera, microphone] = [this.chosen('camera'), this.chosen('microphone')];
    const stream = await capture({ ...constraintsFor('camera', camera), ...constraintsFor('microphone', microphone) });
    return { camera: firstOf(stream, 'camera'), microphone: firstOf(stream, 'microphone') };
  }
}

function firstOf(stream: MediaStream, kind: DeviceKind): MediaStreamTrack {
  const [track] = kind === 'camera' ? stream.getVideoTracks() : stream.getAudioTracks();
  if (!track) throw new Error(`The browser gave no ${kind}`);
  return track;
}
