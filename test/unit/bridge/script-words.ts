import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import type { Deed, Heard, Step } from './script.ts';

/** What `open-room` and `join-room` of a page carry. */
export const room = (sessionid: string, more: object = {}) => ({
  sessionid,
  session: { audio: true, video: true },
  extra: {},
  identifier: '',
  password: '',
  ...more,
});

/** Nobody hears anything. */
export const nothing = (): Heard => ({});
/** What was said twice to somebody is said once. */
export const once = (there: Heard): Heard =>
  Object.fromEntries(
    Object.entries(there).map(([who, events]) => {
      const texts = events.map((event) => JSON.stringify(event));
      return [who, events.filter((_, i) => texts.indexOf(texts[i]!) === i)];
    }),
  );
/** One hears this, and nobody anything else. */
export const only =
  (who: string, ...events: Heard[string]) =>
  (): Heard => ({ [who]: events });
/** A peer message as its receiver hears it. */
export const message = (
  remoteUserId: string,
  content: unknown,
  sender: string,
  more: object = {},
): Heard[string][number] => [DEFAULT_MESSAGE_EVENT, { remoteUserId, message: content, sender, ...more }];

/** The steps of a session; a deed alone leads to the same there and here. */
export const steps = (...deeds: (Deed | Step)[]): Step[] =>
  deeds.map((one) => (Array.isArray(one) ? { deed: one } : one));
