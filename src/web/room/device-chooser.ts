import { make } from '../shared/element.ts';
import { type DeviceKind, type Devices, NO_DEVICE } from './devices.ts';
import type { LocalMedia } from './local-media.ts';
import type { Words } from './words.ts';

/** Two lists to choose camera and microphone from, in the preview and in the call. */
export class DeviceChooser {
  readonly #words: Words;
  readonly #devices: Devices;
  readonly #media: LocalMedia;
  readonly #fields: Record<DeviceKind, HTMLSelectElement[]>;

  constructor(words: Words, devices: Devices, media: LocalMedia, fields: Record<DeviceKind, HTMLSelectElement[]>) {
    this.#words = words;
    this.#devices = devices;
    this.#media = media;
    this.#fields = fields;
    for (const kind of ['camera', 'microphone'] as const)
      for (const field of fields[kind])
        field.addEventListener('change', () => {
          void media.use(kind, field.value);
        });
    devices.onChange(() => void this.update());
  }

  /** Brings the lists up to date. */
  async update(): Promise<void> {
    for (const kind of ['camera', 'microphone'] as const) {
      const devices = await this.#devices.list(kind);
      const current = this.#media.track(kind)?.getSettings().deviceId;
      for (const field of this.#fields[kind]) this.#fill(field, kind, devices, current);
    }
  }

  #fill(
    field: HTMLSelectElement,
    kind: DeviceKind,
    devices: readonly { id: string; label: string }[],
    current: string | undefined,
  ): void {
    const isCamera = kind === 'camera';
    const numbered = isCamera ? this.#words.cameraNumber : this.#words.microphoneNumber;
    const options = devices.map(({ id, label }, index) => ({ id, text: label || numbered(index + 1) }));
    const missing = isCamera ? this.#words.noCamera : this.#words.noMicrophone;
    options.push({ id: NO_DEVICE, text: devices.length > 0 ? this.#words.none : missing });
    const key = JSON.stringify(options);
    // A list that is filled anew while it is open would close under the person's hand.
    if (field.dataset.options !== key)
      field.replaceChildren(...options.map(({ id, text }) => make('option', { text, attributes: { value: id } })));
    field.dataset.options = key;
    const turnedOff = isCamera && this.#devices.chosen(kind) !== NO_DEVICE ? this.#devices.chosen(kind) : NO_DEVICE;
    field.value = current ?? turnedOff ?? NO_DEVICE;
    if (field.selectedIndex < 0) field.value = devices[0] && isCamera ? devices[0].id : NO_DEVICE;
  }
}
