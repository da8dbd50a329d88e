const WIDTH = 640;
const HEIGHT = 360;
/** Boxes whose picture stands still for seconds are taken for dead. */
const FRAME_INTERVAL_MS = 1000;

/** The letter that stands for a name in its picture: its first, or for two words the first of each. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = (word: string | undefined) => [...new Intl.Segmenter().segment(word ?? '')][0]?.segment ?? '';
  const initials = words.length > 1 ? `${first(words[0])}${first(words.at(-1))}` : first(words[0]);
  return (initials || '•').toUpperCase();
}

/** A hue for a name, always the same one. */
export function hueOf(name: string): number {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

/** What is sent in place of a camera: a still picture with the initials of a name, so that others see who is there. */
export class NameCard {
  readonly track: MediaStreamTrack;
  readonly #name: string;
  readonly #context: CanvasRenderingContext2D;
  readonly #timer: number;
  #odd = false;

  constructor(name: string) {
    this.#name = name;
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: WIDTH, height: HEIGHT });
    const context = canvas.getContext('2d');
    const [track] = canvas.captureStream(2).getVideoTracks();
    if (!context || !track) throw new Error('This browser cannot draw');
    this.#context = context;
    this.track = track;
    this.#draw();
    this.#timer = window.setInterval(() => {
      this.#draw();
    }, FRAME_INTERVAL_MS);
  }

  /** Ends the picture. */
  close(): void {
    window.clearInterval(this.#timer);
    this.track.stop();
  }

  #draw(): void {
    const context = this.#context;
    const hue = hueOf(this.#name);
    context.fillStyle = '#12161d';
    context.fillRect(0, 0, WIDTH, HEIGHT);
    context.fillStyle = `hsl(${hue} 45% 38%)`;
    context.beginPath();
    context.arc(WIDTH / 2, HEIGHT / 2, HEIGHT * 0.28, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = '#fff';
    context.font = '600 84px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillText(initialsOf(this.#name), WIDTH / 2, HEIGHT / 2 + 4);
    // A canvas that is drawn the same is no new frame to some browsers.
    this.#odd = !this.#odd;
    context.fillStyle = this.#odd ? '#12161d' : '#13171e';
    context.fillRect(0, 0, 2, 2);
  }
}
