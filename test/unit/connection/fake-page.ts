import { PageMessage } from '../../../src/protocol/signalling/peer-message.ts';
import type { FakeLink } from './fake-link.ts';

/** What a page is sent. */
export type Received = string | Record<string, unknown>;

/** The name of a message, as the tests speak of it. */
export function nameOf(message: Received): string {
  if (typeof message === 'string') return message;
  if (typeof message.type === 'string' && 'sdp' in message)
    return message.renegotiatingPeer === true ? `re-${message.type}` : message.type;
  if ('action' in message) return String(message.action);
  return Object.keys(message)[0] ?? 'nothing';
}

const bothWays = { OfferToReceiveAudio: true, OfferToReceiveVideo: true };

/** A page behind a fake link: says what a test lets it say, and keeps what it is sent. */
export class FakePage {
  readonly user: string;
  /** All that it was sent, oldest first. */
  readonly received: Received[] = [];
  readonly #link: FakeLink;
  readonly #legacy: boolean;
  readonly #id: string;
  #read = 0;
  #wake: (() => void) | null = null;

  constructor(link: FakeLink, user: string, { id = '1', legacy = false } = {}) {
    this.#link = link;
    this.user = user;
    this.#id = id;
    this.#legacy = legacy;
    link.sent.on('message', (to, message) => {
      if (to !== user) return;
      this.received.push(message as Received);
      this.#wake?.();
    });
  }

  /** The names of all that it was sent. */
  get names(): string[] {
    return this.received.map(nameOf);
  }

  /** The next message of this name that has not been looked at; those before it count as looked at. */
  async next(name: string): Promise<Record<string, unknown>> {
    for (;;) {
      while (this.#read < this.received.length) {
        const message = this.received[this.#read++]!;
        if (nameOf(message) === name) return typeof message === 'string' ? { text: message } : message;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends a message as it is, once it has passed the border as any message does. */
  say(message: unknown): void {
    const envelope: Record<string, unknown> = { remoteUserId: this.#id, message, sender: this.user };
    if (this.#legacy) envelope.password = false;
    this.#link.events.emit('message', { sender: this.user, message: PageMessage.parse(message), envelope });
  }

  request(): void {
    this.say({
      newParticipationRequest: true,
      isOneWay: false,
      isDataOnly: false,
      localPeerSdpConstraints: bothWays,
      remotePeerSdpConstraints: bothWays,
    });
  }

  /** Presses join, and does its part up to the offer. */
  async join(): Promise<Record<string, unknown>> {
    this.request();
    const { userPreferences } = await this.next('enableMedia');
    this.say({ readyForOffer: true, userPreferences });
    return this.next('offer');
  }

  /** Answers an offer, handing back its connectionDescription as a page does. */
  answer(offer: Record<string, unknown>, sdp = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n'): void {
    const { connectionDescription, renegotiatingPeer } = offer;
    this.say({ type: 'answer', sdp, renegotiatingPeer, connectionDescription });
  }

  /** Offers something of its own in the middle of the call, as a page does that shares a screen. */
  offer(sdp = 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n'): void {
    this.say({
      type: 'offer',
      sdp,
      remotePeerSdpConstraints: false,
      renegotiatingPeer: true,
      extra: {},
      streamsToShare: {},
    });
  }

  leave(): void {
    this.say({ userLeft: true });
  }
}
