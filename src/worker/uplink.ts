import type { GstBinding, GstElement, GstPad } from './gst/binding.ts';
import { makeChain, startChain } from './gst/elements.ts';
import type { Scope } from './gst/scope.ts';
import { PCM_CAPS } from './rtp-caps.ts';
import { VideoStream } from './video-stream.ts';

const APPSINK = ['appsink', { sync: false, async: false, 'enable-last-sample': false }] as const;

/** Takes VP8 off a new source pad of webrtcbin, frame by frame, without decoding it. */
export function receiveVideo(
  gst: GstBinding,
  scope: Scope,
  pipeline: GstElement,
  pad: GstPad,
  onFirstFrame: () => void,
): VideoStream {
  // Forwarding writes new RTP packets, which hides loss from the viewers: the depayloader must notice it and ask for a key frame.
  const elements = makeChain(gst, scope, pipeline, [
    ['rtpvp8depay', { 'request-keyframe': true, 'wait-for-keyframe': true }],
    APPSINK,
  ]);
  const [depayloader, appsink] = elements;
  const input = scope.keep(depayloader.staticPad('sink'));
  const stream = new VideoStream(gst, appsink, input, onFirstFrame);
  connect(elements, pad, input);
  return stream;
}

/** Decodes Opus from a new source pad of webrtcbin; the returned appsink has {@link PCM_CAPS}. `attach` must take it before data flow. */
export function receiveAudio(
  gst: GstBinding,
  scope: Scope,
  pipeline: GstElement,
  pad: GstPad,
  attach: (appsink: GstElement) => void,
): void {
  const elements = makeChain(gst, scope, pipeline, [
    ['rtpopusdepay'],
    ['opusdec', { plc: true }],
    ['audioconvert'],
    ['audioresample'],
    ['appsink', { ...APPSINK[1], caps: PCM_CAPS }],
  ]);
  const [depayloader, , , , appsink] = elements;
  attach(appsink);
  connect(elements, pad, scope.keep(depayloader.staticPad('sink')));
}

function connect(elements: GstElement[], pad: GstPad, input: GstPad): void {
  startChain(elements);
  pad.linkPad(input);
  pad.unblock();
}
