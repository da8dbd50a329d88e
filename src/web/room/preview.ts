import { element } from '../shared/element.ts';
import { obstacle } from '../shared/capture.ts';
import type { Failure } from '../shared/failure.ts';
import type { DeviceChooser } from './device-chooser.ts';
import { icon } from './icons.ts';
import { LevelMeter } from './level-meter.ts';
import type { LocalMedia } from './local-media.ts';
import type { Words } from './words.ts';

const NAME_KEY = 'webstreamer name';

/** With what somebody joins. */
export interface Wish {
  name: string;
  /** Neither seen nor heard. */
  watching: boolean;
}

/** What one sees before a call: oneself, one's devices, one's name. */
export class Preview {
  readonly #words: Words;
  readonly #media: LocalMedia;
  readonly #chooser: DeviceChooser;
  readonly #video = element('preview-video', HTMLVideoElement);
  readonly #off = element('preview-off', HTMLElement);
  readonly #name = element('name', HTMLInputElement);
  readonly #watch = element('watch', HTMLInputElement);
  readonly #notice = element('preview-notice', HTMLElement);
  readonly #meter = new LevelMeter(element('level', HTMLMeterElement));
  readonly #buttons = {
    microphone: element('preview-microphone', HTMLButtonElement),
    camera: element('preview-camera', HTMLButtonElement),
  };
  #starting = false;
  #open = false;

  constructor(words: Words, media: LocalMedia, chooser: DeviceChooser, join: (wish: Wish) => void) {
    this.#words = words;
    this.#media = media;
    this.#chooser = chooser;
    this.#name.value = localStorage.getItem(NAME_KEY) ?? '';
    element('preview-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      const name = this.#name.value.trim();
      localStorage.setItem(NAME_KEY, name);
      join({ name, watching: this.#watch.checked });
    });
    for (const kind of ['camera', 'microphone'] as const)
      this.#buttons[kind].addEventListener('click', () => {
        void media.turn(kind, !media.isOn(kind));
      });
    this.#watch.addEventListener('change', () => {
      this.#useMedia();
    });
  }

  /** Opens the preview: devices are asked for. `given` = what the invitation says of name and role. */
  async open(given: { name: string | undefined; viewer: boolean }): Promise<void> {
    this.#open = true;
    if (given.name) this.#name.value = given.name;
    if (given.viewer) this.#watch.checked = true;
    element('watch-field', HTMLElement).hidden = given.viewer;
    element('viewer-hint', HTMLElement).hidden = !given.viewer;
    await this.#begin();
  }

  /** Ends what only the preview does. */
  close(): void {
    this.#open = false;
    this.#meter.show(undefined);
    this.#video.srcObject = null;
  }

  /** Shows what has become of the devices. */
  async update(): Promise<void> {
    if (!this.#open) return;
    const { camera, microphone } = this.#buttons;
    const media = this.#media;
    const track = media.isOn('camera') ? media.track('camera') : undefined;
    this.#off.hidden = track !== undefined || this.#starting;
    this.#video.hidden = track === undefined;
    const shown = this.#video.srcObject instanceof MediaStream ? this.#video.srcObject.getVideoTracks()[0] : undefined;
    if (shown !== track) this.#video.srcObject = track ? new MediaStream([track]) : null;
    this.#meter.show(media.isOn('microphone') ? media.track('microphone') : undefined);
    this.#face(camera, media.isOn('camera'), 'camera', this.#words.cameraOff, this.#words.cameraOn);
    this.#face(microphone, media.isOn('microphone'), 'microphone', this.#words.mute, this.#words.unmute);
    this.#explain();
    await this.#chooser.update();
  }

  async #begin(): Promise<void> {
    if (this.#watch.checked) {
      await this.update();
      return;
    }
    this.#starting = true;
    await this.update();
    await this.#media.start();
    this.#starting = false;
    await this.update();
  }

  #useMedia(): void {
    element('preview-devices', HTMLElement).hidden = this.#watch.checked;
    if (this.#watch.checked) this.#media.close();
    else void this.#begin();
    void this.update();
  }

  #face(button: HTMLButtonElement, on: boolean, kind: 'camera' | 'microphone', offText: string, onText: string): void {
    button.replaceChildren(icon(on ? kind : `${kind}-off`));
    button.dataset.look = on ? '' : 'off';
    button.setAttribute('aria-label', on ? offText : onText);
    button.title = on ? offText : onText;
  }

  #explain(): void {
    const { camera, microphone } = this.#media.failures;
    const failure: Failure | undefined = obstacle() ?? (this.#watch.checked ? undefined : (camera ?? microphone));
    this.#notice.hidden = failure === undefined && !this.#starting;
    this.#notice.className = failure ? 'notice warn' : 'notice';
    const lines = failure
      ? [this.#words[failure], `${this.#words[`${failure} hint`]} ${this.#words.joinWithout}`]
      : [this.#words.starting];
    const [title, ...rest] = lines.map((text, index) => {
      const line = document.createElement(index === 0 && failure ? 'strong' : 'p');
      line.textContent = text;
      return line;
    });
    this.#notice.replaceChildren(...(title ? [title, ...rest] : []));
  }
}
