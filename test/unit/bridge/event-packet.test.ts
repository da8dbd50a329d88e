import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import { textFrame } from '../../../src/server/bridge/event-packet.ts';
import { BridgeServer, type Page } from './bridge-server.ts';

let server: BridgeServer | undefined;
afterEach(() => server?.close());

/** Two pages that have talked: what one says from now on is what pages say most. */
async function talkers(): Promise<[Page, Page]> {
  server = await BridgeServer.start();
  const [one, two] = [await server.page('one'), await server.page('two')];
  one.say('two', 'hello');
  await two.next(DEFAULT_MESSAGE_EVENT);
  return [one, two];
}

describe('a text frame', () => {
  it('has the head of its length (RFC 6455, section 5.2), and the text after it', () => {
    const lengths = fc.oneof(fc.nat(300), fc.integer({ min: 65_500, max: 65_600 }));
    fc.assert(
      fc.property(lengths, fc.constantFrom('a', 'é', '漢', '😀'), (length, letter) => {
        const text = letter.repeat(Math.floor(length / Buffer.byteLength(letter)));
        const bytes = Buffer.from(`42${text}`);
        const frame = textFrame('42', text);
        expect(frame[0]).toBe(0x81);
        const [start, said] =
          bytes.length < 126
            ? [2, frame[1]]
            : bytes.length < 65_536
              ? [4, frame[1] === 126 && frame.readUInt16BE(2)]
              : [10, frame[1] === 127 && Number(frame.readBigUInt64BE(2))];
        expect(said).toBe(bytes.length);
        expect(frame.subarray(start).equals(bytes)).toBe(true);
      }),
    );
  });
});

describe('an event on its way to a page', () => {
  it.each([1, 60, 124, 200, 65_400, 65_600, 150_000])('arrives as it was said, with %i letters', async (length) => {
    const [one, two] = await talkers();
    const message = { text: '漢a😀'.repeat(length).slice(0, length), deep: [{ nothing: null, numbers: [0, -1.5] }] };
    one.say('two', message);
    expect(await two.next(DEFAULT_MESSAGE_EVENT)).toEqual([{ remoteUserId: 'two', sender: 'one', message, extra: {} }]);
  });

  it('keeps what is binary in it', async () => {
    const [one, two] = await talkers();
    one.say('two', { picture: Buffer.from([0, 1, 254, 255]), of: [{ other: Buffer.from('text') }] });
    const [{ message }] = (await two.next(DEFAULT_MESSAGE_EVENT)) as [{ message: unknown }];
    expect(message).toEqual({ picture: Buffer.from([0, 1, 254, 255]), of: [{ other: Buffer.from('text') }] });
  });

  it('carries what the bridge knows of its sender, whatever the sender says', async () => {
    const [one, two] = await talkers();
    one.socket.emit('extra-data-updated', { fullName: 'One' });
    one.say('two', 'in its own name', { extra: { fullName: 'Two' } });
    expect(await two.next(DEFAULT_MESSAGE_EVENT)).toMatchObject([{ extra: { fullName: 'One' } }]);
  });
});
