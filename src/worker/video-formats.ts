import type { VideoCodec } from '../protocol/video-codec.ts';
import { PAYLOAD_TYPE, TRANSPORT_CC_ID } from './rtp-caps.ts';

const TRANSPORT_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** All that differs from codec to codec. */
export interface VideoFormat {
  /** Its name in descriptions (`a=rtpmap`). */
  encodingName: string;
  /** Caps of what a page sends by RTP; what else they name goes into `a=fmtp`. */
  rtpCaps: string;
  /** Caps of whole pictures. */
  caps: string;
  /** The slate's encoder, as gst-launch writes it. */
  slateEncoder: string;
}

/** With transport-cc because without its feedback Chromium sends at a third of its rate. */
const rtpCaps = (encodingName: string, parameters = '') =>
  `application/x-rtp,media=video,encoding-name=${encodingName},clock-rate=90000,payload=${PAYLOAD_TYPE.video}` +
  `${parameters},extmap-${TRANSPORT_CC_ID}=(string)${TRANSPORT_CC}`;

/** The formats by their codecs. */
export const VIDEO_FORMATS: Record<VideoCodec, VideoFormat> = {
  vp8: {
    encodingName: 'VP8',
    rtpCaps: rtpCaps('VP8'),
    caps: 'video/x-vp8',
    slateEncoder: 'vp8enc deadline=1 cpu-used=8 static-threshold=100 target-bitrate=300000 keyframe-max-dist=100',
  },
  h264: {
    encodingName: 'H264',
    // Constrained baseline, level 3.1, packetization mode 1: what every browser that has H.264 has (RFC 7742, section 6.2).
    rtpCaps: rtpCaps(
      'H264',
      ',profile-level-id=(string)42e01f,packetization-mode=(string)1,level-asymmetry-allowed=(string)1',
    ),
    caps: 'video/x-h264,stream-format=byte-stream,alignment=au',
    slateEncoder:
      'openh264enc complexity=low rate-control=bitrate bitrate=300000 gop-size=100 multi-thread=1' +
      ' ! video/x-h264,profile=constrained-baseline',
  },
};
