/** Caps of sound before encoding and after decoding: mono, 16 bit, 48 kHz. */
export const PCM_CAPS = 'audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved';
/** Caps of VP8 frames. */
export const VP8_CAPS = 'video/x-vp8,profile=(string)0';

const TRANSPORT_CC = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';

/** Payload types of our offers. */
export const PAYLOAD_TYPE = { video: 96, audio: 97 } as const;

/**
 * Caps of an outgoing VP8 RTP stream. The SSRC stands in them because Chromium paints no video once a description has two video
 * m-lines without `a=ssrc`; transport-cc because without its feedback Chromium sends at a third of its rate.
 */
export function vp8RtpCaps(ssrc: number): string {
  return (
    `application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=${PAYLOAD_TYPE.video}` +
    `,extmap-3=(string)${TRANSPORT_CC},ssrc=(uint)${ssrc}`
  );
}

/** Caps of an outgoing Opus RTP stream (RFC 7587). */
export function opusRtpCaps(ssrc: number): string {
  return (
    `application/x-rtp,media=audio,encoding-name=OPUS,encoding-params=(string)2,clock-rate=48000,payload=${PAYLOAD_TYPE.audio}` +
    `,ssrc=(uint)${ssrc}`
  );
}

/** A random RTP synchronisation source (RFC 3550, section 8). */
export function randomSsrc(): number {
  return 1 + Math.floor(Math.random() * 0xffff_fffe);
}
