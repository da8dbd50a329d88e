// Runs inside pages, before any script of the page; it is sent there as text and uses nothing from modules but types.
import type { Probe } from '../../test/e2e/support/probe.ts';

declare global {
  /** Resolves with the ms since 1970 at which the next frame of this colour is painted in somebody else's picture. */
  var firstFrame: (colour: string) => Promise<number>;
}

/** Puts `firstFrame` on the page. It looks at each frame of each picture, also of those that come, until it has found one. */
export function installFirstFrame(): void {
  const { probe } = globalThis as unknown as { probe: Probe };

  globalThis.firstFrame = (colour) =>
    new Promise((resolve) => {
      let found = false;
      const followed = new WeakSet<HTMLVideoElement>();
      const lookAt = (video: HTMLVideoElement): void => {
        video.requestVideoFrameCallback(() => {
          if (found) return;
          const isRemote = video.srcObject instanceof MediaStream && !probe.ownStreams.has(video.srcObject.id);
          if (!isRemote || probe.look(video).colour !== colour) {
            lookAt(video);
            return;
          }
          found = true;
          observer.disconnect();
          resolve(probe.now());
        });
      };
      const followAll = (): void => {
        for (const video of document.querySelectorAll('video')) {
          if (followed.has(video)) continue;
          followed.add(video);
          lookAt(video);
        }
      };
      const observer = new MutationObserver(followAll);
      observer.observe(document, { childList: true, subtree: true });
      followAll();
    });
}
