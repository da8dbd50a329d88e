import type { PageMessage } from '../../protocol/signalling/peer-message.ts';

/** The message of a page that has the key `K`. */
type MessageWith<K extends string> = Extract<PageMessage, Record<K, unknown>>;

/** What to do with each kind of message of a page. */
export interface PageMessageHandlers<R> {
  request(message: MessageWith<'newParticipationRequest'>): R;
  ready(message: MessageWith<'readyForOffer'>): R;
  description(message: MessageWith<'sdp'>): R;
  candidate(message: MessageWith<'candidate'>): R;
  left(message: MessageWith<'userLeft'>): R;
  streamSync(message: MessageWith<'streamSyncNeeded'>): R;
}

/** Gives a message to the handler of its kind, looking in the order in which a page itself looks at what it gets. */
export function handleWith<R>(handlers: PageMessageHandlers<R>, message: PageMessage): R {
  if (has('streamSyncNeeded', message)) return handlers.streamSync(message);
  if (has('readyForOffer', message)) return handlers.ready(message);
  if (has('newParticipationRequest', message)) return handlers.request(message);
  if (has('userLeft', message)) return handlers.left(message);
  if (has('sdp', message)) return handlers.description(message);
  return handlers.candidate(message);
}

// Unknown keys pass the schemas, so `in` alone does not narrow.
function has<K extends string>(key: K, message: PageMessage): message is MessageWith<K> {
  return Object.hasOwn(message, key);
}
