import { ackMessage, openMessage, PROTOCOL, readEstablishment } from './channel-protocol.ts';
import type { PageData } from './data-line.ts';
import type { DataTransport, GstBinding, GstElement } from './gst/binding.ts';

/** The label that a page gives its own channel. */
const LABEL = 'sctp';
/** Text that waits to be sent to a page that does not read it. A page that lags so far behind gets no more until it has caught up. */
const MAX_BUFFERED_BYTES = 1_000_000;
/** A page has one channel of ours and one of its own. */
const MAX_CHANNELS = 8;
/**
 * Ours is not used for so long, in ms, unless the page says something: a page that opens its own in the moment in which ours comes
 * listens to both, and would get everything twice.
 */
const HOLD_MS = 500;
const LIMITS = { streams: 32, bytesPerSecond: 500_000, messagesPerSecond: 200 };

/** What data channels report. */
export interface DataChannelHandlers {
  /** The page can be sent texts, from now on through this channel; `replaces` = it did not listen to the one before. */
  opened(replaces: boolean): void;
  /** A text of the page. Binary messages are not reported. */
  text(text: string): void;
  /** The page has opened more channels than any page needs. */
  tooMany(): void;
}

/**
 * The data channels of one page (RFC 8831): ours, which is there from the start, and those that the page opens. The page is sent
 * everything through one, the latest that it has opened: a page that opens its own does not listen to ours.
 */
export class DataChannels {
  readonly #handlers: DataChannelHandlers;
  #transport: DataTransport | null = null;
  #page: PageData = { port: 0, maxMessageBytes: 0, isDtlsClient: true };
  #count = 0;
  /** Who has opened the channel of each stream. */
  readonly #channels = new Map<number, 'server' | 'page'>();
  /** The streams of the channels that both sides know to be open. */
  #open: number[] = [];
  #pageListens = false;
  /** Whether something may have been sent through ours. */
  #used = false;
  #hold: NodeJS.Timeout | undefined;

  constructor(handlers: DataChannelHandlers) {
    this.#handlers = handlers;
  }

  /** To be called when webrtcbin has its local description: from now on, what the page sends is taken. */
  attach(gst: GstBinding, webrtcbin: GstElement): void {
    this.#transport = new gst.DataTransport(webrtcbin, LIMITS, {
      state: (up) => {
        this.#stateChanged(up);
      },
      message: (stream, protocol, bytes) => {
        this.#take(stream, protocol, bytes);
      },
      reset: (stream) => {
        this.#endedByPage(stream);
      },
    });
  }

  /** Takes what the page's answer says; to be called before webrtcbin takes the answer. */
  answered(page: PageData): void {
    this.#page = page;
    this.#transport?.setPort(page.port);
  }

  /** To be called when DTLS is up. */
  connect(): void {
    this.#transport?.open();
  }

  /** Sends all of `texts` that are not too long for the page, or none when no channel is open or too much waits. Returns whether they are sent. */
  send(texts: readonly string[]): boolean {
    const stream = this.#open.at(-1);
    if (stream === undefined || !this.#transport || this.#transport.waitingBytes() > MAX_BUFFERED_BYTES) return false;
    for (const text of texts) {
      const bytes = Buffer.from(text === '' ? '\0' : text);
      if (bytes.length <= this.#page.maxMessageBytes)
        this.#transport.send(stream, text === '' ? PROTOCOL.emptyText : PROTOCOL.text, bytes);
    }
    return true;
  }

  /** Ends all channels at once, whatever waits to be sent. */
  close(): void {
    clearTimeout(this.#hold);
    this.#transport?.close();
    this.#transport = null;
  }

  #stateChanged(up: boolean): void {
    clearTimeout(this.#hold);
    this.#hold = undefined;
    this.#used = false;
    this.#channels.clear();
    this.#open = [];
    if (!up) return;
    // The side that is the DTLS client has the even streams (RFC 8832, section 6).
    const stream = this.#page.isDtlsClient ? 1 : 0;
    if (this.#add(stream, 'server')) this.#transport?.send(stream, PROTOCOL.establishment, openMessage(LABEL));
  }

  #add(stream: number, openedBy: 'server' | 'page'): boolean {
    if (++this.#count > MAX_CHANNELS) {
      this.#handlers.tooMany();
      return false;
    }
    this.#channels.set(stream, openedBy);
    return true;
  }

  #take(stream: number, protocol: number, bytes: Buffer): void {
    if (protocol === PROTOCOL.establishment) this.#establish(stream, bytes);
    else if (protocol === PROTOCOL.text && this.#channels.has(stream)) {
      this.#pageListens = true;
      if (this.#hold) this.#report(false);
      this.#handlers.text(bytes.toString());
    }
  }

  #establish(stream: number, message: Buffer): void {
    const asks = readEstablishment(message);
    if (asks === 'ack' && this.#channels.get(stream) === 'server') this.#opened(stream, 'server');
    if (asks !== 'open' || this.#channels.has(stream) || !this.#add(stream, 'page')) return;
    this.#transport?.send(stream, PROTOCOL.establishment, ackMessage());
    this.#opened(stream, 'page');
  }

  #opened(stream: number, openedBy: 'server' | 'page'): void {
    if (this.#open.includes(stream)) return;
    if (openedBy === 'page') {
      this.#open.push(stream);
      this.#report(this.#used && !this.#pageListens);
      this.#pageListens = true;
      return;
    }
    this.#open.unshift(stream);
    if (this.#pageListens) this.#report(false);
    else
      this.#hold = setTimeout(() => {
        this.#report(false);
      }, HOLD_MS);
  }

  #report(replaces: boolean): void {
    clearTimeout(this.#hold);
    this.#hold = undefined;
    this.#used = true;
    this.#handlers.opened(replaces);
  }

  /** The page has closed a channel: so do we (RFC 8831, section 6.7). */
  #endedByPage(stream: number): void {
    if (!this.#channels.delete(stream)) return;
    this.#open = this.#open.filter((other) => other !== stream);
    this.#transport?.reset(stream);
  }
}
