import { afterEach, beforeEach, describe, expect } from 'vitest';
import { test } from './support/test.ts';
import { startMeshServer, type MeshServer } from './support/mesh-server.ts';
import { openPlainPage, ourPage } from './support/pages.ts';
import type { Person } from './support/person.ts';

interface OpenerPage {
  connection: {
    maxParticipantsAllowed: number;
    extra: object;
    addStream(stream: MediaStream): void;
    leave(): void;
  };
}

let server: MeshServer;
beforeEach(async () => {
  server = await startMeshServer();
});
afterEach(() => server.close());

/** Somebody at a plain page who has opened room `id`: to our page the other side of the call. */
async function openerOf(id: string, person: Person, before?: () => void): Promise<Person> {
  await openPlainPage(person, server.origin);
  await person.page.evaluate('window.connection = connection');
  if (before) await person.page.evaluate(before);
  await person.openRoom(id);
  await person.waitForText('#answer', 'done');
  return person;
}

const isReadyForAnotherTry = async (person: Person): Promise<void> => {
  for (const id of ['join-room', 'open-room', 'open-or-join-room', 'room-id'])
    expect(await person.page.locator(`#${id}`).isEnabled(), id).toBe(true);
  expect(await person.page.locator('.media-container').count()).toBe(0);
};

describe('before a call, the page', () => {
  test('takes the id from the address, and joins only when the button is pressed', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await anna.open(`${ourPage(server.origin)}#room%207`);
    await expect.poll(() => server.sockets()).toBe(1); // it connects before a call is begun

    expect(await anna.page.inputValue('#room-id')).toBe('room 7');
    await anna.page.click('#join-room');
    await anna.waitForText('#notice', 'This id cannot be used');
    await isReadyForAnotherTry(anna);
    expect(anna.wire.filter(({ event }) => event !== 'extra-data-updated')).toEqual([]);
  });

  test('says that the camera is not allowed', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red', camera: 'refused' });
    await anna.open(ourPage(server.origin));
    await anna.join('1');
    await anna.waitForText('#notice', 'The camera is not allowed');
    await isReadyForAnotherTry(anna);
    await anna.join('1');
    await anna.waitForText('#notice', 'The camera is not allowed');
  });

  test('says that there is no camera', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red', camera: 'absent' });
    await anna.open(ourPage(server.origin));
    await anna.join('1');
    await anna.waitForText('#notice', 'No camera or microphone was found');
    await isReadyForAnotherTry(anna);
  });

  test('says at once what to do on an address that is not secure', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await anna.open(ourPage(server.origin.replace('localhost', 'page.test')));
    await anna.waitForText('#notice', 'The camera needs a secure address');
    await anna.join('1');
    await anna.waitForText('#status', 'Not connected');
    await anna.waitForText('#notice', 'The camera needs a secure address');
    await isReadyForAnotherTry(anna);
  });

  test('says that there is no such room, and joins once there is one', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await anna.open(ourPage(server.origin));
    await anna.join('later');
    await anna.waitForText('#notice', 'Room not available');
    await isReadyForAnotherTry(anna);
    await openerOf('later', ben);
    await anna.join('later');
    await anna.waitForColours(['blue']);
    expect(await anna.page.locator('#notice').isVisible()).toBe(false);
  });

  test('says that the seat is taken', async ({ cast }) => {
    const [anna, ben, carl] = await Promise.all([
      cast.launch({ colour: 'red' }),
      cast.launch({ colour: 'blue' }),
      cast.launch({ colour: 'green' }),
    ]);
    await openerOf('seat', ben, () => {
      (globalThis as unknown as OpenerPage).connection.maxParticipantsAllowed = 2;
    });
    await anna.open(ourPage(server.origin));
    await anna.join('seat');
    await anna.waitForColours(['blue']);
    await carl.open(ourPage(server.origin));
    await carl.join('seat');
    await carl.waitForText('#notice', 'Room full');
    await isReadyForAnotherTry(carl);
    await anna.waitForFrames();
  });

  test('says that the server cannot be reached', async ({ cast }) => {
    const anna = await cast.launch({ colour: 'red' });
    await anna.open(ourPage(server.origin));
    await server.close();
    await anna.join('1');
    await anna.waitForText('#status', 'Trying again');
    await anna.waitForText('#notice', 'The server cannot be reached', 20_000);
    await isReadyForAnotherTry(anna);
  });
});

describe('in a call, the page', () => {
  test('shows one box for each stream, however they come and go', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('boxes', ben);
    await anna.open(ourPage(server.origin));
    await anna.join('boxes');
    await anna.waitForColours(['blue']);

    const second = await ben.page.evaluate(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 180 });
      const context = canvas.getContext('2d');
      setInterval(() => {
        if (!context) return;
        context.fillStyle = 'rgb(220, 220, 30)';
        context.fillRect(0, 0, 320, 180);
      }, 50);
      const stream = canvas.captureStream(15);
      (globalThis as unknown as OpenerPage).connection.addStream(stream);
      return stream.id;
    });
    await anna.waitForColours(['blue', 'yellow']);
    const ids = (await anna.boxes()).map(({ id }) => id);
    expect(ids).toHaveLength(2);
    expect(ids).toContain(second);

    // What a server does to take a box away without a new description.
    await ben.page.evaluate((streamid) => {
      const { connection } = globalThis as unknown as {
        connection: { socket: { emit(...args: unknown[]): void }; userid: string; getAllParticipants(): string[] };
      };
      const message = { streamSyncNeeded: true, streamid, action: 'stream-removed', type: 'both' };
      const remoteUserId = connection.getAllParticipants()[0];
      for (let times = 0; times < 2; times++)
        connection.socket.emit('video-conference-demo', { remoteUserId, message, sender: connection.userid });
    }, second);
    await anna.waitForColours(['blue']);
    await ben.leave();
    await anna.waitForColours([]);
    expect(anna.errors).toEqual([]);
  });

  test('stops sending when it leaves, and can join again', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('again', ben);
    await anna.open(ourPage(server.origin));
    await anna.join('again');
    await anna.waitForColours(['blue']);
    await ben.waitForColours(['red']);
    await anna.page.click('#leave-room');
    await anna.waitForText('#status', 'Type the id');
    await isReadyForAnotherTry(anna);
    await ben.waitForColours([]);
    expect(await anna.uploads()).toEqual({ audio: 0, video: 0 });
    await anna.join('again');
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    expect(await anna.uploads()).toEqual({ audio: 1, video: 1 });
  });

  test('shows a name with markup as text', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('names', ben, () => {
      (globalThis as unknown as OpenerPage).connection.extra = { name: '<img src=x onerror="document.title=1">' };
    });
    await anna.open(ourPage(server.origin));
    await anna.join('names');
    await anna.waitForColours(['blue']);
    expect(await anna.page.locator('.media-container:not(.own) .caption').textContent()).toContain('<img src=x');
    expect(await anna.page.locator('.media-container img').count()).toBe(0);
  });

  test('offers a button where the browser refuses to play', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('play', ben);
    await anna.context.addInitScript(() => {
      const play = HTMLMediaElement.prototype.play;
      let allowed = false;
      document.addEventListener(
        'click',
        (event) => {
          if (event.target instanceof Element && event.target.className === 'play') allowed = true;
        },
        { capture: true },
      );
      HTMLMediaElement.prototype.play = function () {
        if (allowed) return play.call(this);
        this.autoplay = false;
        return Promise.reject(new DOMException('no gesture', 'NotAllowedError'));
      };
    });
    await anna.open(ourPage(server.origin));
    await anna.join('play');
    const buttons = anna.page.getByRole('button', { name: 'Play picture and sound' });
    await buttons.nth(1).waitFor();
    await buttons.first().click();
    await anna.waitForColours(['blue']);
    await anna.waitForFrames();
    expect(await buttons.count()).toBe(0);
  });

  test('says that the other side ended the call, and is back when that is', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('back', ben);
    await anna.open(ourPage(server.origin));
    await anna.join('back');
    await anna.waitForColours(['blue']);
    await ben.leave();
    await anna.waitForText('#status', 'The server ended the call. Reconnecting');
    await anna.waitForColours([]);
    await anna.waitForText('#status', 'Reconnecting');
    // The page gives its place in the room up before it joins again; from then on the room can be opened anew.
    await anna.waitForWire('sent', 'join-room', 2, 20_000);
    await openerOf('back', ben);
    await anna.waitForColours(['blue'], 20_000);
    await anna.waitForText('#status', 'Connected to back');
  });

  test('says that the connection to the server is lost, and repairs the call', async ({ cast }) => {
    const [anna, ben] = await Promise.all([cast.launch({ colour: 'red' }), cast.launch({ colour: 'blue' })]);
    await openerOf('lost', ben);
    await anna.open(ourPage(server.origin));
    await anna.join('lost');
    // Both, as the library on the other page keeps a box that it makes after its call has ended.
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    server.dropSocket(anna.sent()[0]?.sender ?? '');
    await anna.waitForText('#status', 'The connection to the server is lost. Reconnecting');
    await anna.waitForWire('sent', 'join-room', 2, 20_000);
    await anna.waitForText('#status', 'Connected to lost', 20_000);
    await Promise.all([anna.waitForColours(['blue']), ben.waitForColours(['red'])]);
    await anna.waitForFrames();
  });
});

describe('the layout of the page', () => {
  test.for([
    { width: 1280, height: 720 },
    { width: 390, height: 780 },
    { width: 740, height: 360 },
  ])('keeps 1 to 9 boxes whole, apart and in 16:9 at $width x $height', async (viewport, { cast }) => {
    const anna = await cast.launch({ colour: 'red', viewport });
    await anna.open(ourPage(server.origin));
    for (let count = 1; count <= 9; count++) {
      const layout = await anna.page.evaluate(() => {
        const container = document.getElementById('videos-container');
        const box = Object.assign(document.createElement('div'), { className: 'media-container' });
        box.append(document.createElement('video'));
        container?.append(box);
        const rectangle = (element: Element | null | undefined): number[] => {
          const { left, top, right, bottom } = element?.getBoundingClientRect() ?? new DOMRect();
          return [left, top, right, bottom];
        };
        return { outer: rectangle(container), boxes: [...(container?.children ?? [])].map(rectangle) };
      });
      expect(layout.boxes).toHaveLength(count);
      const [outerLeft = 0, outerTop = 0, outerRight = 0, outerBottom = 0] = layout.outer;
      expect(outerRight).toBeLessThanOrEqual(viewport.width);
      for (const [index, [left = 0, top = 0, right = 0, bottom = 0]] of layout.boxes.entries()) {
        expect((right - left) / (bottom - top)).toBeCloseTo(16 / 9, 1);
        expect(right - left).toBeGreaterThan(90);
        expect(Math.min(left - outerLeft, top - outerTop, outerRight - right, outerBottom - bottom)).toBeGreaterThan(
          -1,
        );
        const overlaps = layout.boxes.filter(
          ([otherLeft = 0, otherTop = 0, otherRight = 0, otherBottom = 0], other) =>
            other !== index && left < otherRight && otherLeft < right && top < otherBottom && otherTop < bottom,
        );
        expect(overlaps).toEqual([]);
      }
    }
  });
});
