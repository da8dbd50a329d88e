// Runs inside pages, before any script of the page; it is sent there as text and uses nothing from modules but types.

/** What happens in a page while it joins, in the order in which it does. */
export const JOIN_STEPS = [
  'camera and microphone are open',
  'offer has come',
  'answer is made',
  'ICE has found a way',
  'DTLS is up',
] as const;

/** A step of joining. */
export type JoinStep = (typeof JOIN_STEPS)[number];

declare global {
  /** When each step of the page's latest call was done, in ms since 1970. */
  var joinSteps: Partial<Record<JoinStep, number>>;
}

/** Puts `joinSteps` on the page. */
export function installJoinSteps(): void {
  const steps: typeof joinSteps = (globalThis.joinSteps = {});
  const note = (step: JoinStep): void => {
    steps[step] ??= performance.timeOrigin + performance.now();
  };
  const devices = navigator.mediaDevices as MediaDevices | undefined; // undefined on an insecure origin
  const capture = devices?.getUserMedia.bind(devices);
  if (devices && capture)
    devices.getUserMedia = async (constraints) => {
      const stream = await capture(constraints);
      note('camera and microphone are open');
      return stream;
    };
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(constructor, args: [RTCConfiguration?]) {
      const peer = new constructor(...args);
      peer.addEventListener('signalingstatechange', () => {
        if (peer.signalingState === 'have-remote-offer') note('offer has come');
        else if (peer.signalingState === 'stable') note('answer is made');
      });
      peer.addEventListener('iceconnectionstatechange', () => {
        if (peer.iceConnectionState === 'connected') note('ICE has found a way');
      });
      peer.addEventListener('connectionstatechange', () => {
        if (peer.connectionState === 'connected') note('DTLS is up');
      });
      return peer;
    },
  });
}
