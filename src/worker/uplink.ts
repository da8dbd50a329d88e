import type { VideoCodec } from '../protocol/video-codec.ts';
import type { GstBinding, IncomingStream } from './gst/binding.ts';
import { PictureLimit } from './picture-limit.ts';
import { VideoStream } from './video-stream.ts';

/** Takes a picture that has begun to arrive, frame by frame, without decoding it. */
export function receiveVideo(
  gst: GstBinding,
  source: IncomingStream,
  codec: VideoCodec,
  onFirstFrame: () => void,
): { stream: VideoStream; limit: PictureLimit } {
  const { transport, ssrc } = source;
  const askForKeyFrame = () => {
    transport.requestKeyFrame(ssrc);
  };
  const stream = new VideoStream(gst, source, codec, { askForKeyFrame, onFirstFrame });
  return { stream, limit: new PictureLimit(transport.packetCounter(ssrc), transport.pictureCounter(ssrc)) };
}
