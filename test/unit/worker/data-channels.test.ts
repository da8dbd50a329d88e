import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ackMessage, openMessage } from '../../../src/worker/channel-protocol.ts';
import { DataChannels } from '../../../src/worker/data-channels.ts';
import type { DataTransportHandlers, GstBinding, GstElement } from '../../../src/worker/gst/binding.ts';

const ESTABLISHMENT = 50;
const TEXT = 51;
const EMPTY_TEXT = 56;
const BINARY = 53;

/** An SCTP transport that keeps what is sent. */
class Transport {
  static last: Transport;
  readonly sent: [stream: number, protocol: number, text: string][] = [];
  readonly resets: number[] = [];
  readonly asked: string[] = [];
  waiting = 0;
  readonly page: DataTransportHandlers;

  constructor(_webrtcbin: unknown, _limits: unknown, page: DataTransportHandlers) {
    this.page = page;
    Transport.last = this;
  }
  setPort(port: number): void {
    this.asked.push(`port ${port}`);
  }
  open(): void {
    this.asked.push('open');
  }
  close(): void {
    this.asked.push('close');
  }
  waitingBytes(): number {
    return this.waiting;
  }
  send(stream: number, protocol: number, bytes: Buffer): void {
    this.sent.push([stream, protocol, bytes.toString('latin1')]);
  }
  reset(stream: number): void {
    this.resets.push(stream);
  }
}

let reported: string[];
let channels: DataChannels;
let transport: Transport;
beforeEach(() => {
  vi.useFakeTimers();
  reported = [];
  channels = new DataChannels({
    opened: (replaces) => reported.push(replaces ? 'opened instead' : 'opened'),
    text: (text) => reported.push(`text ${text}`),
    tooMany: () => reported.push('too many'),
  });
  channels.attach({ DataTransport: Transport } as unknown as GstBinding, {} as GstElement);
  channels.answered({ port: 5000, maxMessageBytes: 20, isDtlsClient: true });
  channels.connect();
  transport = Transport.last;
});

afterEach(() => {
  vi.useRealTimers();
});

/** The page has taken our channel, and opens none of its own meanwhile. */
function takeOurs(): void {
  establish(1, ackMessage());
  vi.advanceTimersByTime(500);
}

const establish = (stream: number, message: Buffer) => {
  transport.page.message(stream, ESTABLISHMENT, message);
};
const says = (stream: number, text: string, protocol = TEXT) => {
  transport.page.message(stream, protocol, Buffer.from(text));
};

describe('our channel', () => {
  it('is made through an association with the page’s port, once, and goes with it', () => {
    channels.close();
    channels.close();
    expect(transport.asked).toEqual(['port 5000', 'open', 'close']);
    expect(channels.send(['too late'])).toBe(false);
  });

  it('is opened on an odd stream when the page is the DTLS client, and on an even one when it is the server', () => {
    transport.page.state(true);
    expect(transport.sent).toEqual([[1, ESTABLISHMENT, openMessage('sctp').toString('latin1')]]);
    channels.answered({ port: 5000, maxMessageBytes: 20, isDtlsClient: false });
    transport.page.state(false);
    transport.page.state(true);
    expect(transport.sent[1]?.[0]).toBe(0);
  });

  it('is open when the page has said so, once', () => {
    transport.page.state(true);
    expect(channels.send(['too early'])).toBe(false);
    establish(1, ackMessage());
    establish(1, ackMessage());
    expect(reported).toEqual([]);
    vi.advanceTimersByTime(500);
    expect(reported).toEqual(['opened']);
    vi.advanceTimersByTime(5_000);
    expect(reported).toEqual(['opened']);
    expect(channels.send(['hello', ''])).toBe(true);
    expect(transport.sent.slice(1)).toEqual([
      [1, TEXT, 'hello'],
      [1, EMPTY_TEXT, '\0'],
    ]);
  });

  it('sends nothing that is longer than the page takes, and nothing to a page that does not read', () => {
    transport.page.state(true);
    establish(1, ackMessage());
    expect(channels.send(['ü'.repeat(11), 'ü'.repeat(10)])).toBe(true);
    expect(transport.sent.slice(1).map(([, , text]) => text.length)).toEqual([20]);
    transport.waiting = 1_000_001;
    expect(channels.send(['more'])).toBe(false);
    expect(transport.sent).toHaveLength(2);
  });

  it('is gone with the association, and there again when the page begins anew', () => {
    transport.page.state(true);
    establish(1, ackMessage());
    transport.page.state(false);
    expect(channels.send(['nobody there'])).toBe(false);
    transport.page.state(true);
    establish(1, ackMessage());
    expect(channels.send(['again'])).toBe(true);
  });
});

describe('a page that has just got our channel', () => {
  beforeEach(() => {
    transport.page.state(true);
    establish(1, ackMessage());
  });

  it('is sent nothing twice when it opens its own in the same moment', () => {
    establish(4, openMessage('theirs'));
    vi.advanceTimersByTime(5_000);
    expect(reported).toEqual(['opened']);
  });

  it('can be sent texts as soon as it says something', () => {
    says(1, 'hello');
    expect(reported).toEqual(['opened', 'text hello']);
    vi.advanceTimersByTime(5_000);
    expect(reported).toHaveLength(2);
  });

  it('is not heard of again when it goes, or its association does', () => {
    transport.page.state(false);
    vi.advanceTimersByTime(5_000);
    transport.page.state(true);
    establish(1, ackMessage());
    channels.close();
    vi.advanceTimersByTime(5_000);
    expect(reported).toEqual([]);
  });
});

describe('a channel of the page', () => {
  it('is answered, and used from then on until the page closes it', () => {
    transport.page.state(true);
    takeOurs();
    establish(4, openMessage('theirs'));
    expect(reported).toEqual(['opened', 'opened instead']);
    channels.send(['through theirs']);
    transport.page.reset(4);
    transport.page.reset(4);
    channels.send(['through ours']);
    expect(transport.sent.slice(1)).toEqual([
      [4, ESTABLISHMENT, '\x02'],
      [4, TEXT, 'through theirs'],
      [1, TEXT, 'through ours'],
    ]);
    expect(transport.resets).toEqual([4]);
  });

  it('may be opened again on its stream when it was closed, a few times', () => {
    transport.page.state(true);
    for (let count = 0; count < 8; count++) {
      expect(reported).not.toContain('too many');
      establish(4, openMessage('theirs'));
      transport.page.reset(4);
    }
    expect(reported.at(-1)).toBe('too many');
  });

  it('says texts, which are reported; binary messages and what no channel is open for are not', () => {
    transport.page.state(true);
    establish(4, openMessage('theirs'));
    says(4, 'hello');
    says(4, 'binary', BINARY);
    says(4, '\0', EMPTY_TEXT);
    says(6, 'from nowhere');
    expect(reported).toEqual(['opened', 'text hello']);
  });

  it.each([
    ['an empty message', Buffer.alloc(0)],
    ['an acknowledgement of nothing', ackMessage()],
    ['an unknown message', Buffer.from([9])],
    ['a head that is too short', openMessage('').subarray(0, 11)],
    ['a label that is longer than the message', openMessage('label').subarray(0, 14)],
    ['a label that is shorter than the message', Buffer.concat([openMessage('label'), Buffer.from('x')])],
  ])('is not opened by %s', (_, message) => {
    transport.page.state(true);
    establish(4, message);
    expect(reported).toEqual([]);
    expect(transport.sent).toHaveLength(1);
  });

  it('does not take the stream of a channel that is there', () => {
    transport.page.state(true);
    establish(1, openMessage('sctp'));
    establish(4, openMessage('theirs'));
    establish(4, openMessage('again'));
    expect(reported).toEqual(['opened']);
  });
});
