import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../src/common/logger.ts';
import { createSignallingLink } from '../../../src/server/connection/signalling-link.ts';
import { Control } from '../../../src/server/control/control.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { nameOf, type Received } from './fake-page.ts';
import { OriginalServer, PageSocket } from './original-servers.ts';
import { newRoom } from '../room/settings.ts';

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Connections over real sockets on one of the original servers. */
async function start(generation: 'current' | 'legacy', id: string) {
  const server = await OriginalServer.start(generation);
  const engine = new FakeMediaEngine();
  const control = new Control({
    engine,
    createLink: (connectionId) => createSignallingLink({ bridgeUrl: server.url, connectionId, logger: silentLogger }),
    logger: silentLogger,
    timeouts: { firstUpMs: generation === 'current' ? 5_000 : 0 },
  });
  const page = new PageSocket(server.url, 'anna');
  open.push(
    () => server.close(),
    () => {
      page.close();
    },
    () => control.close('shutdown'),
  );
  await control.createRoom(newRoom({ connections: [id] }));
  return { control, engine, page };
}

const request = {
  newParticipationRequest: true,
  isOneWay: false,
  isDataOnly: false,
  localPeerSdpConstraints: { OfferToReceiveAudio: true, OfferToReceiveVideo: true },
  remotePeerSdpConstraints: { OfferToReceiveAudio: true, OfferToReceiveVideo: true },
};

async function nextOf(page: PageSocket, name: string): Promise<Record<string, unknown>> {
  for (;;) {
    const message = (await page.next()) as Received;
    if (nameOf(message) === name) return typeof message === 'string' ? { text: message } : message;
  }
}

/** Answers an offer, and waits until the endpoint has the answer. */
async function answer(page: PageSocket, id: string, engine: FakeMediaEngine): Promise<void> {
  const { connectionDescription } = await nextOf(page, 'offer');
  page.say(id, { type: 'answer', sdp: 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 96\r\n', connectionDescription });
  const endpoint = engine.endpoints[0]!;
  const accept = endpoint.acceptAnswer.bind(endpoint);
  await new Promise<void>((resolve) => {
    endpoint.acceptAnswer = async (sdp) => {
      const accepted = await accept(sdp);
      resolve();
      return accepted;
    };
  });
}

describe('a page behind an original server', () => {
  it('of 1.3.3 joins, is cleared when the room is deleted, and its seat is free again', async () => {
    const { control, engine, page } = await start('current', 'handshake');
    expect(await page.ask('join-room', 'handshake')).toEqual([true]);
    page.say('handshake', request);
    const { userPreferences } = await nextOf(page, 'enableMedia');
    page.say('handshake', { readyForOffer: true, userPreferences });
    await answer(page, 'handshake', engine);
    expect(engine.endpoints[0]!.answer).not.toBeNull();
    const [box] = engine.endpoints[0]!.boxes;
    const deleted = control.deleteRoom('lobby');
    expect(await nextOf(page, 'stream-removed')).toMatchObject({ streamid: box });
    expect(await nextOf(page, 'userLeft')).toEqual({ userLeft: true, reason: 'room-closed' });
    await deleted;
    expect([engine.endpoints, control.dump()]).toEqual([[], { rooms: 0, connections: 0, users: 0, queued: 0 }]);
    await control.createRoom(newRoom({ connections: ['handshake'] }));
    expect(await page.ask('join-room', 'handshake')).toEqual([true]);
  });

  it('of 3.4.5 joins in the design’s four messages', async () => {
    const { engine, page } = await start('legacy', 'old-handshake');
    page.say('old-handshake', request, { password: false });
    const { userPreferences } = await nextOf(page, 'enableMedia');
    expect(userPreferences).toMatchObject({
      connectionDescription: { remoteUserId: 'old-handshake', message: request, sender: 'anna', password: false },
    });
    page.say('old-handshake', { readyForOffer: true, userPreferences });
    await nextOf(page, 'next-possible-initiator');
    await answer(page, 'old-handshake', engine);
    expect(engine.endpoints[0]!.answer).not.toBeNull();
  });
});
