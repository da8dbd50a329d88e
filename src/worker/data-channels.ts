import type { GstElement, GstObject } from './gst/binding.ts';
import { MessagePieces } from './message-pieces.ts';
import type { Scope } from './gst/scope.ts';

/** The label that a page gives its own channel. */
const LABEL = 'sctp';
/** Text that waits to be sent to a page that does not read it. A page that lags so far behind gets no more until it has caught up. */
const MAX_BUFFERED_BYTES = 1_000_000;
/** A page has one channel of ours and one of its own; each costs two threads. */
const MAX_CHANNELS = 8;
const MAX_STREAMS = 32;
const MAX_BYTES_PER_SECOND = 500_000;
const MAX_MESSAGES_PER_SECOND = 200;

/** What data channels report. */
export interface DataChannelHandlers {
  /** The page can be sent texts, from now on through this channel; `replaces` = it did not listen to the one before. */
  opened(replaces: boolean): void;
  /** A text of the page; longer ones than 64 KiB are JSON. Binary messages are not reported. */
  text(text: string): void;
  /** The page has opened more channels than any page needs. */
  tooMany(): void;
}

/**
 * The data channels of one page (RFC 8831): ours, which is there from the first offer on, and those that the page opens. The page is
 * sent everything through one, the latest that it has opened: a page that opens its own does not listen to ours.
 */
export class DataChannels {
  readonly #scope: Scope;
  readonly #webrtcbin: GstElement;
  readonly #handlers: DataChannelHandlers;
  #count = 0;
  #open: GstObject[] = [];
  #pageListens = false;

  constructor(scope: Scope, webrtcbin: GstElement, handlers: DataChannelHandlers) {
    this.#scope = scope;
    this.#webrtcbin = webrtcbin;
    this.#handlers = handlers;
    scope.on(webrtcbin, 'on-data-channel', (channel: GstObject) => {
      this.#adopt(channel, 'page');
    });
  }

  /** Makes our channel. To be called before the first offer, which has an m-line for data then. */
  offer(): void {
    this.#adopt(this.#webrtcbin.emit('create-data-channel', LABEL, null) as GstObject, 'server');
  }

  /** Bounds what the page may send. To be called when our offer is webrtcbin's local description. */
  guard(): void {
    const [decoder] = this.#webrtcbin.byFactory('sctpdec');
    if (!decoder) throw new Error('webrtcbin has no sctpdec');
    const pad = this.#scope.keep(this.#scope.keep(decoder).staticPad('sink'));
    pad.limitSctp(MAX_STREAMS, MAX_BYTES_PER_SECOND, MAX_MESSAGES_PER_SECOND);
  }

  /** Sends all of `texts`, or none when no channel is open or too much waits in it. Returns whether they are sent. */
  send(texts: readonly string[]): boolean {
    const channel = this.#open.at(-1);
    if (!channel || (channel.get('buffered-amount') as number) > MAX_BUFFERED_BYTES) return false;
    for (const text of texts) channel.emit('send-string', text);
    return true;
  }

  /** Lets go what waits to be sent: for as long as the page does not read it, the pipeline could not be stopped. */
  close(): void {
    for (const encoder of this.#webrtcbin.byFactory('sctpenc'))
      this.#scope.keep(this.#scope.keep(encoder).staticPad('src')).flush();
  }

  #adopt(channel: GstObject, openedBy: 'server' | 'page'): void {
    this.#scope.keep(channel);
    if (++this.#count > MAX_CHANNELS) {
      this.#handlers.tooMany();
      return;
    }
    const message = new MessagePieces();
    const take = (piece: Buffer | null) => {
      this.#pageListens = true;
      const text = piece && message.take(piece);
      if (text !== null) this.#handlers.text(text);
    };
    this.#scope.on(channel, 'on-message-string', take, { textAsBytes: true });
    const look = () => {
      this.#look(channel, openedBy);
    };
    this.#scope.on(channel, 'notify::ready-state', look);
    look();
  }

  #look(channel: GstObject, openedBy: 'server' | 'page'): void {
    const isOpen = channel.get('ready-state') === 'open';
    if (isOpen === this.#open.includes(channel)) return;
    this.#open = this.#open.filter((other) => other !== channel);
    if (!isOpen) return;
    if (openedBy === 'server') this.#open.unshift(channel);
    else this.#open.push(channel);
    this.#handlers.opened(openedBy === 'page' && !this.#pageListens);
    if (openedBy === 'page') this.#pageListens = true;
  }
}
