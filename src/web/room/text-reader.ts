/** A text from the room: who has said it (null = the operator, through the API), and what. */
export interface RoomText {
  from: string | null;
  name: string | null;
  text: string;
}

type Fields = Record<string, unknown>;

/** How anything that pages send one another reads. */
export function readable(data: unknown): string {
  if (typeof data === 'string') return data;
  if (typeof data === 'object' && data !== null && 'text' in data && typeof data.text === 'string') return data.text;
  return JSON.stringify(data);
}

/**
 * Puts together what the library says of a text (what was said) and what the last frame of it says (by whom): the library passes over
 * the keys `from` and `name` of a frame.
 */
export class TextReader {
  readonly #onText: (text: RoomText) => void;
  #said: { data: unknown } | undefined;

  constructor(onText: (text: RoomText) => void) {
    this.#onText = onText;
  }

  /** What the library has put together; it does so just before the frame is looked at here. */
  take(data: unknown): void {
    this.#said = { data };
  }

  /** Reads the frames of a channel from now on. */
  follow(channel: Pick<RTCDataChannel, 'addEventListener'>): void {
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.frame(data);
    });
  }

  /** Reads one frame. */
  frame(json: string): void {
    let frame: Fields | null;
    try {
      frame = JSON.parse(json) as Fields | null;
    } catch {
      return;
    }
    const said = this.#said;
    if (frame?.last !== true || !said) return;
    this.#said = undefined;
    const { from, name } = frame;
    this.#onText({
      from: typeof from === 'string' ? from : null,
      name: typeof name === 'string' ? name : null,
      text: readable(said.data),
    });
  }
}
