import type { GridFormat } from '../protocol/grid-format.ts';
import type { VideoCodec } from '../protocol/video-codec.ts';
import { VIDEO_FORMATS } from './video-formats.ts';

/** How the pictures of a codec are decoded and encoded: caps of its frames, and elements as gst-launch takes them. */
export interface GridCodec {
  caps: string;
  decoder: string;
  encoder: (format: GridFormat) => string;
}

function vp8Encoder({ bitrateBps }: GridFormat): string {
  const speed = 'deadline=1 cpu-used=-12 lag-in-frames=0 static-threshold=100';
  const rate = `end-usage=cbr target-bitrate=${bitrateBps} undershoot=95 overshoot=15 min-quantizer=4 max-quantizer=56`;
  const buffer = 'buffer-size=1000 buffer-initial-size=500 buffer-optimal-size=600';
  // Threads wait for each other in a busy loop: on a machine that has other work, two took five times the time of one. Key frames
  // are made when somebody asks for them.
  return `vp8enc ${speed} ${rate} ${buffer} threads=1 keyframe-max-dist=9000`;
}

function h264Encoder({ bitrateBps, frameRate }: GridFormat): string {
  // A key frame is made when somebody asks for one, and once in five minutes.
  const rate = `rate-control=bitrate bitrate=${bitrateBps} gop-size=${300 * frameRate}`;
  return `openh264enc usage-type=camera complexity=low ${rate} multi-thread=1 ! ${VIDEO_FORMATS.h264.caps},profile=constrained-baseline`;
}

/** The grid in each codec that a room can have. */
export const GRID_CODECS: Record<VideoCodec, GridCodec> = {
  vp8: { caps: VIDEO_FORMATS.vp8.caps, decoder: 'vp8dec threads=1 qos=false', encoder: vp8Encoder },
  h264: { caps: VIDEO_FORMATS.h264.caps, decoder: 'h264parse ! openh264dec', encoder: h264Encoder },
};
