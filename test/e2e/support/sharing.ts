import type { Person } from './person.ts';
import { COLOURS, type Colour } from './fake-media.ts';

/** What the 3.7.1 library has in a page; its own types end long before. */
interface Connection {
  addStream(what: object): void;
  removeStream(id: string): void;
  attachStreams: (MediaStream & { stop(): void })[];
  session: object;
  mediaConstraints: object;
  dontCaptureUserMedia: boolean;
  socket: { onevent(packet: unknown): void };
}

declare const connection: Connection;

/**
 * Shares a screen with the library's own `addStream({screen: true})`. A browser without a display captures the picture of Chromium's
 * fake device, of 960×540, at which the colours of the tests do not occur.
 */
export async function shareScreen(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    connection.addStream({ screen: true, oneway: true });
  });
}

/** Shares a picture of one colour with the library's own `addStream`, drawn on a canvas; answers its stream id. */
export function shareColour(person: Person, colour: Colour): Promise<string> {
  return person.page.evaluate(
    (rgb) => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
      const context = canvas.getContext('2d');
      if (!context) throw new Error('The page has no 2d canvas');
      let column = 0;
      setInterval(() => {
        context.fillStyle = rgb;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.fillStyle = 'black';
        context.fillRect((column += 5) % canvas.width, canvas.height - 20, 10, 10);
      }, 66);
      const stream = canvas.captureStream(15);
      probe.ownStreams.add(stream.id);
      connection.addStream(stream);
      return stream.id;
    },
    `rgb(${COLOURS[colour].join(' ')})`,
  );
}

/** Ends every stream but the first, as the browser's own *stop sharing* does: the library says so to its peer, and nothing is offered. */
export async function stopSharing(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    for (const stream of connection.attachStreams.slice(1)) stream.stop();
  });
}

/** What somebody has to offer who joins with the library's own page. */
export async function haveOnly(person: Person, kinds: { audio?: true; video?: true }): Promise<void> {
  await person.page.evaluate((constraints) => {
    connection.session = { audio: true, video: true, ...constraints };
    connection.mediaConstraints = { audio: false, video: false, ...constraints };
    if (!('audio' in constraints || 'video' in constraints)) connection.dontCaptureUserMedia = true;
    else connection.session = constraints;
  }, kinds);
}

/** Holds what the page is sent back until the returned function is called, as a slow network would. */
export async function holdMessages(person: Person): Promise<() => Promise<void>> {
  await person.page.evaluate(() => {
    const { socket } = connection;
    const deliver = socket.onevent.bind(socket);
    const held: unknown[] = [];
    socket.onevent = (packet) => held.push(packet);
    Object.assign(globalThis, {
      letMessagesGo: () => {
        socket.onevent = deliver;
        held.forEach(deliver);
      },
    });
  });
  return () =>
    person.page.evaluate(() => {
      (globalThis as unknown as { letMessagesGo(): void }).letMessagesGo();
    });
}
