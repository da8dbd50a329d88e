import { createSocket } from 'node:dgram';
import type { BotFigures, BotPeer, BotPeerOptions } from './bot-peer.ts';
import type { Clip } from './clip.ts';
import { ClipSender } from './clip-sender.ts';
import { joinAsForwarderClient } from './forwarder-entrance.ts';
import { publishInRoom, subscribeInRoom, watchStream } from './janus-entrance.ts';
import { joinAsPage, type MakePeer } from './page-entrance.ts';

/** How a bot gets into a call. */
export type Entrance =
  /** Through a bridge, as a page does. */
  | { kind: 'page'; url: string; connection: string }
  /** Into the bare forwarder. */
  | { kind: 'forwarder'; url: string; publishes: boolean }
  /** As a viewer of a mountpoint of Janus' streaming plugin. */
  | { kind: 'janus-stream'; url: string; address: string; mountpoint: number }
  /** Into a room of Janus' VideoRoom, as the publisher of the given id. */
  | { kind: 'janus-publish'; url: string; address: string; room: number; id: number }
  /** Into a room of Janus' VideoRoom, to see the publishers of the given ids. */
  | { kind: 'janus-subscribe'; url: string; address: string; room: number; feeds: number[] }
  /** No call at all: bare RTP to a port of this machine. */
  | { kind: 'udp'; port: number };

/** A bot in its call. */
export interface Bot {
  sees(sources: readonly number[], timeoutMs: number): Promise<void>;
  take(): BotFigures;
  hear(): readonly Buffer[];
  leave: () => void;
}

/** What joins: `source` = the number its frames are stamped with, null when it sends none; `voice` = the Opus packets it says. */
export interface BotOptions {
  name: string;
  clip: Clip;
  source: number | null;
  voice?: readonly Buffer[];
  microphone?: NonNullable<BotPeerOptions['microphone']>;
}

/** Brings a bot into its call; resolves when its media are up. */
export async function enter(
  entrance: Entrance,
  options: BotOptions,
  newPeer: (options: BotPeerOptions) => BotPeer,
): Promise<Bot> {
  if (entrance.kind === 'udp') return sendBareRtp(entrance.port, options);
  const makePeer: MakePeer = (own) =>
    newPeer({ ...options, ...own, ...('address' in entrance && { address: entrance.address }) });
  const { peer, leave } = await join(entrance, makePeer);
  return {
    sees: (sources, timeoutMs) => peer.sees(sources, timeoutMs),
    take: () => peer.take(),
    hear: () => peer.hear(),
    leave,
  };
}

function join(entrance: Exclude<Entrance, { kind: 'udp' }>, makePeer: MakePeer) {
  switch (entrance.kind) {
    case 'page':
      return joinAsPage(entrance.url, entrance.connection, makePeer);
    case 'forwarder':
      return joinAsForwarderClient(entrance.url, entrance.publishes, makePeer);
    case 'janus-stream':
      return watchStream(entrance.url, entrance.mountpoint, makePeer);
    case 'janus-publish':
      return publishInRoom(entrance.url, entrance.room, entrance.id, makePeer);
    case 'janus-subscribe':
      return subscribeInRoom(entrance.url, entrance.room, entrance.feeds, makePeer);
  }
}

function sendBareRtp(port: number, { clip, source }: BotOptions): Bot {
  if (source === null) throw new Error('bare RTP is only for senders');
  const socket = createSocket('udp4');
  const sender = new ClipSender({
    clip,
    source,
    ssrc: 1 + source,
    payloadType: 96,
    send: (packet) => {
      socket.send(packet, port, '127.0.0.1');
    },
  });
  sender.start();
  return {
    sees: () => Promise.resolve(),
    take: () => ({ sent: sender.take(), sentSoundPackets: 0, sentPulsesUs: [], streams: [], sounds: [] }),
    hear: () => [],
    leave: () => {
      sender.stop();
      socket.close();
    },
  };
}
