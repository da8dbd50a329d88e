import type { PeerLink } from '../connection/peer-link.ts';

/** Resolves when the link is up for the first time, or after `ms` milliseconds. */
export function firstUp(link: PeerLink, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stopListening();
      resolve();
    };
    const timer = setTimeout(finish, ms).unref(); // a link that is closed meanwhile never comes up; the process need not wait
    const stopListening = link.events.on('up', finish);
  });
}
