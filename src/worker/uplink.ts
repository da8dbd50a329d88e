import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstBinding, GstElement, GstPad, Transport } from './gst/binding.ts';
import { makeChain, startChain } from './gst/elements.ts';
import type { Scope } from './gst/scope.ts';
import { PictureLimit } from './picture-limit.ts';
import { PCM_CAPS } from './rtp-caps.ts';
import { SoundRepair } from './sound-repair.ts';
import { VIDEO_FORMATS } from './video-formats.ts';
import { VideoStream } from './video-stream.ts';

const APPSINK = ['appsink', { sync: false, async: false, 'enable-last-sample': false }] as const;

/** The synchronisation source in the caps of an RTP stream; 0 when there is none. */
export function ssrcOf(caps: string): number {
  return Number(/\bssrc=\(uint\)(\d+)/.exec(caps)?.[1] ?? 0);
}

/** Takes video off a new source pad of webrtcbin, picture by picture, without decoding it; `transport` leads to whom it comes from. */
export function receiveVideo(
  gst: GstBinding,
  scope: Scope,
  pipeline: GstElement,
  pad: GstPad,
  codec: VideoCodec,
  transport: Transport,
  onFirstFrame: () => void,
): { stream: VideoStream; limit: PictureLimit } {
  const { depayload, caps } = VIDEO_FORMATS[codec];
  const elements = makeChain(gst, scope, pipeline, [depayload, [APPSINK[0], { ...APPSINK[1], caps }]]);
  const [depayloader, appsink] = elements;
  const ssrc = ssrcOf(pad.caps());
  const askForKeyFrame = () => {
    transport.requestKeyFrame(ssrc);
  };
  const stream = new VideoStream(gst, appsink, codec, { askForKeyFrame, onFirstFrame });
  const input = scope.keep(depayloader.staticPad('sink'));
  const limit = new PictureLimit(input.countBuffers(), scope.keep(appsink.staticPad('sink')).countBuffers());
  connect(elements, pad, input);
  return { stream, limit };
}

/** Decodes Opus from a new source pad of webrtcbin; the returned appsink has {@link PCM_CAPS}. `attach` must take it before data flow. */
export function receiveAudio(
  gst: GstBinding,
  scope: Scope,
  pipeline: GstElement,
  pad: GstPad,
  attach: (appsink: GstElement) => void,
): SoundRepair {
  const elements = makeChain(gst, scope, pipeline, [
    ['rtpopusdepay'],
    ['opusdec', { plc: true }],
    ['audioconvert'],
    ['audioresample'],
    ['appsink', { ...APPSINK[1], caps: PCM_CAPS }],
  ]);
  const [depayloader, decoder, , , appsink] = elements;
  attach(appsink);
  connect(elements, pad, scope.keep(depayloader.staticPad('sink')));
  return new SoundRepair(decoder);
}

function connect(elements: GstElement[], pad: GstPad, input: GstPad): void {
  startChain(elements);
  pad.linkPad(input);
  pad.unblock();
}
