/** Caps of decoded sound: mono, 16 bit, 48 kHz. */
export const PCM_CAPS = 'audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved';

/** Payload types of our offers; webrtcbin takes the first that is free for packets of pictures that are sent again (RFC 4588). */
export const PAYLOAD_TYPE = { video: 96, audio: 97, repair: 98 } as const;

/** The id of the header extension that numbers all packets of a transport, in our offers. */
export const TRANSPORT_CC_ID = 3;

/** Caps of Opus by RTP (RFC 7587); with `useinbandfec` a page's packets repeat the ones before where some get lost. */
export const OPUS_RTP_CAPS = `application/x-rtp,media=audio,encoding-name=OPUS,encoding-params=(string)2,clock-rate=48000,payload=${PAYLOAD_TYPE.audio},useinbandfec=(string)1`;

/** A random RTP synchronisation source (RFC 3550, section 8). */
export function randomSsrc(): number {
  return 1 + Math.floor(Math.random() * 0xffff_fffe);
}
