// A call between an endpoint and another webrtcbin whose ICE agents know TCP only, so that there is no UDP socket to send on. Prints
// "shown" when the other side has got a whole frame of the slate.
import { loadBinding } from '../../../dist/worker/gst/binding.js';
import { MediaRoom } from '../../../dist/worker/media-room.js';
import { Slates } from '../../../dist/worker/slates.js';

const gst = loadBinding();
const silent = () => undefined;

function useTcpOnly(webrtcbin) {
  const ice = webrtcbin.get('ice-agent');
  ice.get('agent').set('upnp', false).set('ice-udp', false).set('ice-tcp', true);
  webrtcbin.addIceAddress('127.0.0.1');
}

let serverSide;
const noting = {
  ...gst,
  createElement(factory, name) {
    const element = gst.createElement(factory, name);
    if (factory === 'webrtcbin') serverSide = element;
    return element;
  },
};
const room = new MediaRoom('room', 'vp8', {
  gst: noting,
  options: { iceAddresses: [], maxVideoBitrateBps: 1e6, stallTimeoutMs: 5_000 },
  addresses: [],
  slates: new Slates(gst, silent),
  report: (_endpoint, event) => {
    if (event.type === 'candidate') pageSide.emit('add-ice-candidate', 0, event.candidate.candidate);
  },
  reportLevels: silent,
  log: (level, fields, message) => {
    process.stderr.write(`${level} ${message} ${JSON.stringify(fields)}\n`);
  },
});

const pipeline = gst.createPipeline('page');
const pageSide = gst.createElement('webrtcbin');
pageSide.set('bundle-policy', 'max-bundle');
useTcpOnly(pageSide);
pipeline.add(pageSide);
pageSide.on('on-ice-candidate', (_line, candidate) => {
  if (candidate) serverSide.emit('add-ice-candidate', 0, candidate);
});
pageSide.on(
  'pad-added',
  (pad) => {
    if (pad.direction() !== 'src' || !pad.caps().includes('VP8')) return;
    const depayloader = gst.createElement('rtpvp8depay');
    const appsink = gst.createElement('appsink');
    pipeline.add(depayloader, appsink);
    depayloader.link(appsink);
    new gst.Relay(appsink, 'vp8', () => process.stdout.write('shown', () => gst.exitNow(0)));
    for (const element of [appsink, depayloader]) element.syncState();
    pad.linkPad(depayloader.staticPad('sink'));
    pad.unblock();
  },
  true,
);
await pipeline.setState('playing');

const endpoint = room.open('endpoint');
useTcpOnly(serverSide);
const { sdp } = await endpoint.createOffer();
await pageSide.emit('set-remote-description', { type: 'offer', sdp });
const { answer } = await pageSide.emit('create-answer', null);
await pageSide.emit('set-local-description', answer);
await endpoint.acceptAnswer(answer.sdp);
