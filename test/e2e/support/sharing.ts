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

/** To be called before the person joins: they have a camera alone, a microphone alone, or neither, and only look on. */
export async function haveOnly(person: Person, kinds: { audio?: true; video?: true }): Promise<void> {
  await person.page.evaluate((constraints) => {
    const nothing = Object.keys(constraints).length === 0;
    connection.session = nothing ? { audio: true, video: true, oneway: true } : constraints;
    connection.mediaConstraints = { audio: false, video: false, ...constraints };
    connection.dontCaptureUserMedia = nothing;
  }, kinds);
}

/** Adds camera and microphone in the middle of a call. */
export async function addCamera(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    connection.dontCaptureUserMedia = false;
    connection.mediaConstraints = { audio: true, video: true };
    connection.addStream({ audio: true, video: true });
  });
}

/** Ends what the person sends from the camera and the microphone, as when the camera is unplugged. */
export async function stopCamera(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    connection.attachStreams[0]?.stop();
  });
}

/** Messages that a page has been sent and has not been given yet. */
export interface HeldMessages {
  /** Resolves when there is one that has `text` in it. */
  waitFor(text: string): Promise<unknown>;
  /** Gives them to the page, and holds nothing back from now on. */
  letGo(): Promise<void>;
}

/** Holds what the page is sent back, as a slow network would. */
export async function holdMessages({ page }: Person): Promise<HeldMessages> {
  const held = await page.evaluateHandle(() => {
    const { socket } = connection;
    const deliver = socket.onevent.bind(socket);
    const packets: unknown[] = [];
    socket.onevent = (packet) => packets.push(packet);
    const letGo = () => {
      socket.onevent = deliver;
      packets.forEach(deliver);
    };
    return { packets, letGo };
  });
  return {
    waitFor: (text) =>
      page.waitForFunction(
        ([{ packets }, wanted]) => packets.some((packet) => JSON.stringify(packet).includes(wanted)),
        [held, text] as const,
        { timeout: 30_000, polling: 50 },
      ),
    letGo: () =>
      held.evaluate(({ letGo }) => {
        letGo();
      }),
  };
}
