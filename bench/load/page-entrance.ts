import { randomUUID } from 'node:crypto';
import { DEFAULT_MESSAGE_EVENT } from '../../src/protocol/signalling/peer-message.ts';
import type { BotPeer, BotPeerOptions } from './bot-peer.ts';
import { pageSocket } from './page-socket.ts';

const JOIN_TIMEOUT_MS = 10_000;
const bothWays = () => ({ OfferToReceiveAudio: true, OfferToReceiveVideo: true });
const request = () => ({
  newParticipationRequest: true,
  isOneWay: false,
  isDataOnly: false,
  localPeerSdpConstraints: bothWays(),
  remotePeerSdpConstraints: bothWays(),
});

/** A bot that is in a call. */
export interface Joined {
  peer: BotPeer;
  leave: () => void;
}

/** Makes the peer of a bot, given what the way into the call decides. */
export type MakePeer = (options?: Pick<BotPeerOptions, 'candidate'>) => BotPeer;

interface FromServer {
  enableMedia?: boolean;
  userPreferences?: Record<string, unknown>;
  type?: string;
  sdp?: string;
  candidate?: string;
  sdpMid?: string;
  connectionDescription?: unknown;
  renegotiatingPeer?: boolean;
}

/** Joins a connection through the bridge, message by message as the page of RTCMultiConnection 3.7.1 does. */
export async function joinAsPage(url: string, connection: string, makePeer: MakePeer): Promise<Joined> {
  const userid = randomUUID();
  const socket = pageSocket(url, userid, connection);
  const send = (message: unknown) => {
    socket.emit(DEFAULT_MESSAGE_EVENT, { remoteUserId: connection, message, sender: userid });
  };
  const peer = makePeer({
    candidate: (candidate, mid) => {
      send({ candidate: candidate.replace(/^a=/, ''), sdpMid: mid, sdpMLineIndex: 0 });
    },
  });
  let answering = Promise.resolve();
  let invited = false;
  const answer = async ({ sdp = '', connectionDescription, renegotiatingPeer }: FromServer) => {
    if (invited && renegotiatingPeer !== true) throw new Error('the server has given up on the call and begun another');
    invited = true;
    const description = await peer.answer(sdp);
    const constraints = { remotePeerSdpConstraints: false, renegotiatingPeer, connectionDescription };
    send({ ...description, ...constraints, dontGetRemoteStream: false, extra: {}, streamsToShare: {} });
  };
  const failed = new Promise<never>((_, reject) => {
    socket.on(DEFAULT_MESSAGE_EVENT, ({ message }: { message: FromServer }) => {
      if (message.enableMedia) send({ readyForOffer: true, userPreferences: message.userPreferences });
      if (message.type === 'offer') answering = answering.then(() => answer(message)).catch(reject);
      if (message.candidate !== undefined) {
        const { candidate, sdpMid = '0' } = message;
        answering = answering
          .then(() => {
            peer.addCandidate(candidate, sdpMid);
          })
          .catch(reject);
      }
    });
  });
  failed.catch((error: unknown) => {
    console.error(`${connection}: ${String(error)}`);
  });
  const leave = () => {
    send({ userLeft: true });
    peer.close();
    socket.disconnect();
  };
  try {
    const joined: unknown = await socket.timeout(JOIN_TIMEOUT_MS).emitWithAck('join-room', roomRequest(connection));
    if (joined !== true) throw new Error(`${connection} cannot be joined`);
    send(request());
    await Promise.race([peer.connected, failed]);
    return { peer, leave };
  } catch (error) {
    leave();
    throw error;
  }
}

function roomRequest(sessionid: string) {
  return {
    sessionid,
    session: { audio: true, video: true },
    mediaConstraints: { video: true, audio: true },
    sdpConstraints: { mandatory: bothWays(), optional: [{ VoiceActivityDetection: false }] },
    streams: [],
    extra: {},
    password: '',
  };
}
