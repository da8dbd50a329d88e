import type { GridFormat } from '../protocol/grid-format.ts';

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

/** By the names of codecs. */
export const GRID_CODECS = {
  vp8: { caps: 'video/x-vp8', decoder: 'vp8dec threads=1 qos=false', encoder: vp8Encoder },
} as const satisfies Record<string, GridCodec>;
