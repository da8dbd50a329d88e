// The least that forwards: each RTP packet of one publisher goes out to every receiver as it came, with nothing in between.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { PeerConnection, type Track, Video } from 'node-datachannel';
import { asksForKeyFrame, isRtcp, pictureLoss } from '../load/rtp.ts';
import { withoutCandidates } from '../load/session-description.ts';

const PAYLOAD_TYPE = 96;
const KEY_FRAME_INTERVAL_MS = 300;

interface Client {
  connection: PeerConnection;
  candidates: string[];
  publishes: boolean;
}

const clients: Client[] = [];
const receivers: Track[] = [];
let publisher: Track | undefined;
let publisherSsrc = 0;
let lastRequestMs = -Infinity;
let nextRequest: NodeJS.Timeout | undefined;

function requestKeyFrame(): void {
  const waitMs = lastRequestMs + KEY_FRAME_INTERVAL_MS - performance.now();
  nextRequest ??= setTimeout(
    () => {
      nextRequest = undefined;
      lastRequestMs = performance.now();
      if (publisher?.isOpen()) publisher.sendMessageBinary(pictureLoss(1, publisherSsrc));
    },
    Math.max(0, waitMs),
  );
}

function receive(connection: PeerConnection): void {
  const video = new Video('0', 'RecvOnly');
  video.addVP8Codec(PAYLOAD_TYPE);
  publisher = connection.addTrack(video);
  publisher.onMessage((packet) => {
    if (!isRtcp(packet)) for (const track of receivers) track.sendMessageBinary(packet);
  });
}

function send(connection: PeerConnection): void {
  const video = new Video('0', 'SendOnly');
  video.addVP8Codec(PAYLOAD_TYPE);
  video.addSSRC(publisherSsrc, 'forwarder', 'forwarder', 'video');
  const track = connection.addTrack(video);
  track.onOpen(() => {
    receivers.push(track);
    requestKeyFrame();
  });
  track.onMessage((packet) => {
    if (isRtcp(packet) && asksForKeyFrame(packet)) requestKeyFrame();
  });
}

async function join(publishes: boolean): Promise<{ id: number; sdp: string }> {
  const connection = new PeerConnection(`client ${clients.length}`, {
    iceServers: [],
    bindAddress: '127.0.0.1',
    disableAutoNegotiation: true,
    forceMediaTransport: true,
  });
  const gathered = new Promise<void>((resolve) => {
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') resolve();
    });
  });
  (publishes ? receive : send)(connection);
  connection.setLocalDescription('offer');
  await gathered;
  const { sdp, candidates } = withoutCandidates(connection.localDescription()?.sdp ?? '');
  clients.push({ connection, candidates, publishes });
  return { id: clients.length - 1, sdp };
}

function answer(id: number, sdp: string): { candidates: string[] } {
  const client = clients[id];
  if (!client) throw new Error(`there is no client ${id}`);
  if (client.publishes) publisherSsrc = Number(/^a=ssrc:(\d+)/m.exec(sdp)?.[1]);
  client.connection.setRemoteDescription(sdp, 'answer');
  return { candidates: client.candidates };
}

async function handle(request: IncomingMessage): Promise<unknown> {
  const body = (await json(request)) as { publishes: boolean; id: number; sdp: string };
  return request.url === '/join' ? join(body.publishes) : answer(body.id, body.sdp);
}

const server = createServer((request, response) => {
  handle(request).then(
    (result) => response.end(JSON.stringify(result)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
process.once('SIGTERM', () => process.exit());
