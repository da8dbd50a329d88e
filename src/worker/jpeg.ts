import type { Decoder, GstBinding } from './gst/binding.ts';
import { Scope } from './gst/scope.ts';

const LARGEST_WIDTH = 320;
const QUALITY = 70;

// A range of widths alone: the height follows from the picture's own shape.
const ENCODER =
  'appsrc name=picture format=time is-live=true emit-signals=false ! videoscale' +
  ` ! video/x-raw,width=(int)[1,${LARGEST_WIDTH}],pixel-aspect-ratio=(fraction)1/1 ! jpegenc quality=${QUALITY}` +
  ' ! appsink name=jpeg sync=false async=false enable-last-sample=false';

/** The latest picture of a decoder as a small JPEG; null when it has none that is no older, rejects when it cannot be encoded. */
export async function jpegOf(
  gst: GstBinding,
  decoder: Decoder,
  maxAgeMs: number,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const scope = new Scope();
  const pipeline = scope.keep(gst.createPipeline('jpeg', ENCODER));
  try {
    const [input, output] = ['picture', 'jpeg'].map((name) => pipeline.byName(name));
    if (!input || !output) throw new Error('the pipeline lacks an end');
    scope.keep(input);
    scope.keep(output);
    const encoded = new Promise<Buffer>((resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('it takes too long'));
      });
      pipeline.onMessage((message) => {
        if (message.type === 'error') reject(new Error(message.gerror?.message ?? 'unknown'));
      });
      gst.readSample(output, resolve);
    });
    encoded.catch(() => undefined);
    await pipeline.setState('playing');
    return decoder.give(input, maxAgeMs) ? await encoded : null;
  } finally {
    await scope.end(pipeline);
  }
}
