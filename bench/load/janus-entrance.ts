import { type JanusHandle, janusSession } from './janus-session.ts';
import type { Joined, MakePeer } from './page-entrance.ts';
import { withoutCandidates } from './session-description.ts';

const STREAMING = 'janus.plugin.streaming';
const VIDEO_ROOM = 'janus.plugin.videoroom';

/** Takes the offer in Janus' answer to `request`, and starts the media. */
async function answerOffer(handle: JanusHandle, request: object, makePeer: MakePeer): Promise<Joined> {
  const { jsep } = await handle.request(request);
  if (!jsep) throw new Error(`Janus offers nothing for ${JSON.stringify(request)}`);
  const peer = makePeer();
  await peer.answer(jsep.sdp);
  await handle.request({ request: 'start' }, await peer.gathered());
  await peer.connected;
  return joined(handle, peer);
}

function joined(handle: JanusHandle, peer: Joined['peer']): Joined {
  return {
    peer,
    leave: () => {
      peer.close();
      handle.detach();
    },
  };
}

/** Watches a mountpoint of the streaming plugin. */
export async function watchStream(url: string, mountpoint: number, makePeer: MakePeer): Promise<Joined> {
  const handle = await (await janusSession(url)).attach(STREAMING);
  return answerOffer(handle, { request: 'watch', id: mountpoint }, makePeer);
}

/** Publishes in a VideoRoom. */
export async function publishInRoom(url: string, room: number, id: number, makePeer: MakePeer): Promise<Joined> {
  const handle = await (await janusSession(url)).attach(VIDEO_ROOM);
  await handle.request({ request: 'join', ptype: 'publisher', room, id });
  const peer = makePeer();
  const offer = await peer.offer();
  const { sdp, candidates } = withoutCandidates(offer.sdp);
  const { jsep } = await handle.request({ request: 'publish' }, { ...offer, sdp });
  if (!jsep) throw new Error('Janus has not answered the offer');
  peer.accept(jsep.sdp);
  for (const candidate of candidates) await handle.trickle(candidate, '0');
  await peer.connected;
  return joined(handle, peer);
}

/** Sees publishers of a VideoRoom, all through one transport. */
export async function subscribeInRoom(url: string, room: number, feeds: number[], makePeer: MakePeer): Promise<Joined> {
  const handle = await (await janusSession(url)).attach(VIDEO_ROOM);
  const request = { request: 'join', ptype: 'subscriber', room, streams: feeds.map((feed) => ({ feed })) };
  return answerOffer(handle, request, makePeer);
}
