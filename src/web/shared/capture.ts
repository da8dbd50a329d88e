import { CallError, type Failure } from './failure.ts';

const FAILURE_BY_ERROR_NAME: Record<string, Failure> = {
  NotAllowedError: 'permission-refused',
  SecurityError: 'permission-refused',
  NotFoundError: 'no-camera',
  OverconstrainedError: 'no-camera',
  NotReadableError: 'camera-busy',
  AbortError: 'camera-busy',
};

/** What stands in the way of any call on this page, whatever its devices; undefined if nothing does. */
export function obstacle(): 'insecure-origin' | 'unsupported-browser' | undefined {
  if (!window.isSecureContext) return 'insecure-origin';
  return 'mediaDevices' in navigator && 'RTCPeerConnection' in window ? undefined : 'unsupported-browser';
}

/** Asks for a camera, a microphone or both; throws a {@link CallError} that says what is in the way. */
export async function capture(constraints: MediaStreamConstraints): Promise<MediaStream> {
  const failure = obstacle();
  if (failure) throw new CallError(failure);
  try {
    return await navigator.mediaDevices.getUserMedia(constraints);
  } catch (error) {
    const name = error instanceof DOMException ? error.name : '';
    throw new CallError(FAILURE_BY_ERROR_NAME[name] ?? 'camera-failed', { cause: error });
  }
}
