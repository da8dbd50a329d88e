import { CallError, type Failure } from './failure.ts';

const CONSTRAINTS: MediaStreamConstraints = {
  audio: true,
  video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } },
};

const FAILURE_BY_ERROR_NAME: Record<string, Failure> = {
  NotAllowedError: 'permission-refused',
  SecurityError: 'permission-refused',
  NotFoundError: 'no-camera',
  OverconstrainedError: 'no-camera',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

/** Asks for camera and microphone (ideally 1280x720 at 30 fps); throws a {@link CallError} that says what is in the way. */
export async function captureCamera(): Promise<MediaStream> {
  if (!window.isSecureContext) throw new CallError('insecure-origin');
  if (!('mediaDevices' in navigator) || !('RTCPeerConnection' in window)) throw new CallError('unsupported-browser');
  try {
    return await navigator.mediaDevices.getUserMedia(CONSTRAINTS);
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    throw new CallError(FAILURE_BY_ERROR_NAME[name] ?? 'camera-failed', { cause: error });
  }
}

/** Ends every track, so that the light of the camera goes out. */
export function releaseCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
