import type { PeerLink } from '../connection/peer-link.ts';

/** Resolves to true when the link is up for the first time, or to false after `ms` milliseconds. */
export function firstUp(link: PeerLink, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isUp: boolean) => {
      clearTimeout(timer);
      stopListening();
      resolve(isUp);
    };
    const timer = setTimeout(finish, ms, false).unref(); // a link that is closed meanwhile never comes up; the process need not wait
    const stopListening = link.events.on('up', () => {
      finish(true);
    });
  });
}
