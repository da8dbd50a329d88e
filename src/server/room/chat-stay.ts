import { Bucket } from '../../common/rate.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { type ChatText, dataOf, parseFrame } from './chat-frames.ts';
import { TextAssembly } from './text-assembly.ts';

/** A page sends the parts of a long text every 100 ms; somebody who draws sends some 60 points in a second. */
const MESSAGES = { perSecond: 60, burst: 200 };
/** What is wrong with the rest is not written down. */
const COMPLAINTS = { perSecond: 0.1, burst: 3 };
const CHARACTERS = { perSecond: 500_000, burst: 2_000_000 };

/** One person in a chat, from sitting down to leaving: what they may still say, and what they have been sent. */
export class ChatStay {
  readonly id: string;
  /** Everything up to the message of this id has been sent, or is not owed. */
  given: number;
  /** Whether something is on its way. */
  isBusy = false;
  /** Whether the latest of what was to be sent could not be. */
  isBehind = false;
  /** Where `given` was when the channel opened that the page may not listen to. */
  #base: number;
  readonly #assembly = new TextAssembly();
  readonly #messages: Bucket;
  readonly #characters: Bucket;
  readonly #complaints: Bucket;
  #isOpen = false;
  #opens = 0;
  #turn = 0;

  /** `id` = the connection's; nothing up to the message `since` is owed; time in ms. */
  constructor(id: string, since: number, nowMs: number) {
    this.id = id;
    this.#base = since;
    this.given = since;
    this.#messages = new Bucket(MESSAGES, nowMs);
    this.#characters = new Bucket(CHARACTERS, nowMs);
    this.#complaints = new Bucket(COMPLAINTS, nowMs);
  }

  /** Whether they can be sent something. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many channels there have been. */
  get opens(): number {
    return this.#opens;
  }

  /** Changes when what had been sent turns out not to have arrived. */
  get turn(): number {
    return this.#turn;
  }

  /** There is a channel; `replaces` = what has been sent through the one before did not arrive. */
  open(replaces: boolean): void {
    this.#isOpen = true;
    this.#opens++;
    this.isBehind = false;
    if (replaces) {
      this.#turn++;
      this.given = this.#base;
    } else this.#base = this.given;
  }

  /** There is none any more. */
  close(): void {
    this.#isOpen = false;
  }

  /** Whether to write down that something of theirs is refused: now and then, however much it is. Time in ms. */
  mayComplain(nowMs: number): boolean {
    return this.#complaints.take(1, nowMs);
  }

  /** Takes a message of the page; the whole text if this was the end of one. Throws what is wrong with it. Time in ms. */
  take(message: string, nowMs: number): ChatText | null {
    const frame = parseFrame(message);
    if (!this.#messages.take(1, nowMs) || !this.#characters.take(message.length, nowMs)) {
      this.#assembly.forget(frame.uuid);
      throw new WebstreamerError('too-many-messages');
    }
    const said = this.#assembly.take(frame, nowMs);
    if (said) dataOf(said);
    return said;
  }
}
