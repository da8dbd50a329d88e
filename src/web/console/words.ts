import type { Language } from '../shared/language.ts';
import type { ApiEvent } from '../../protocol/http-api/event.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Quality } from '../../protocol/http-api/stats.ts';
import type { Role } from '../../protocol/http-api/access.ts';
import type { ConnectionState, Layout, RoomSettings, Sound } from '../../protocol/http-api/room.ts';
import { ENGLISH } from './words-en.ts';
import { CHINESE } from './words-zh.ts';

type Named = (name: string) => string;
type Counted = (count: number) => string;

/** How long a link may work, in seconds. */
export type LinkPeriod = 3600 | 86400 | 604800 | 2592000;

/** Errors that have words of the console's own; the others are said in the server's. */
export type WordedError = Extract<
  ErrorCode,
  | 'bad-request'
  | 'not-authenticated'
  | 'token-expired'
  | 'token-revoked'
  | 'not-allowed'
  | 'too-many-requests'
  | 'changed-meanwhile'
  | 'room-not-found'
  | 'room-exists'
  | 'connection-not-found'
  | 'connection-exists'
  | 'user-not-found'
  | 'link-not-found'
  | 'message-too-large'
  | 'too-many-messages'
  | 'not-delivered'
  | 'media-unavailable'
  | 'media-timeout'
  | 'media-worker-died'
  | 'bridge-unreachable'
  | 'shutting-down'
  | 'internal'
>;

/** Every text of the console. */
export interface Words extends Record<
  | 'title'
  | 'skip'
  | 'navigation'
  | 'cancel'
  | 'close'
  | 'copy'
  | 'copied'
  | 'notCopied'
  | 'dismiss'
  | 'yes'
  | 'no'
  | 'unknown'
  | 'everybody'
  | 'loading',
  string
> {
  pages: Record<'rooms' | 'server' | 'log', string>;
  signIn: Record<
    | 'heading'
    | 'explain'
    | 'key'
    | 'submit'
    | 'out'
    | 'readOnly'
    | 'wrong'
    | 'expired'
    | 'notAllowed'
    | 'unreachable'
    | 'retry'
    | 'ended',
    string
  > & { as: Named };
  server: Record<
    | 'lost'
    | 'back'
    | 'heading'
    | 'since'
    | 'rooms'
    | 'connections'
    | 'users'
    | 'restarts'
    | 'processes'
    | 'process'
    | 'main'
    | 'cpu'
    | 'memory'
    | 'threads'
    | 'endpoints',
    string
  > & { worker: (pid: number) => string };
  rooms: Record<
    | 'heading'
    | 'none'
    | 'name'
    | 'people'
    | 'places'
    | 'layout'
    | 'locked'
    | 'open'
    | 'closed'
    | 'create'
    | 'createHeading'
    | 'createSubmit'
    | 'nameField'
    | 'nameHint'
    | 'places0'
    | 'placesHint'
    | 'codec'
    | 'delete',
    string
  > & { made: Named; deleted: Named; gone: Named; deleteHeading: Named; deleteExplain: Counted };
  room: Record<
    | 'settings'
    | 'layout'
    | 'sound'
    | 'policy'
    | 'locked'
    | 'maxUsers'
    | 'noLimit'
    | 'chatHistory'
    | 'codec'
    | 'again'
    | 'invite'
    | 'enter'
    | 'peopleHeading'
    | 'nobody'
    | 'free'
    | 'freeNone'
    | 'figures'
    | 'chat',
    string
  > & {
    people: Counted;
    layouts: Record<Layout, string>;
    sounds: Record<Sound, string>;
    policies: Record<RoomSettings['speakerPolicy'], string>;
    saved: (what: string, value: string) => string;
    setting: (what: string, value: string) => string;
    changedMeanwhile: (theirs: string, yours: string) => string;
    badNumber: (min: number, max: number) => string;
  };
  person: Record<
    | 'noPicture'
    | 'floor'
    | 'speaking'
    | 'mutedAudio'
    | 'mutedVideo'
    | 'selfMutedAudio'
    | 'selfMutedVideo'
    | 'quality'
    | 'sends'
    | 'gets'
    | 'loss'
    | 'roundTrip'
    | 'since'
    | 'give'
    | 'take'
    | 'muteAudio'
    | 'muteVideo'
    | 'rename'
    | 'nameField'
    | 'showOut'
    | 'showOutExplain'
    | 'messageField'
    | 'remove'
    | 'removeExplain'
    | 'add'
    | 'addHeading'
    | 'addField'
    | 'more',
    string
  > & {
    states: Record<ConnectionState, string>;
    roles: Record<Role, string>;
    qualities: Record<Quality, string>;
    picture: Named;
    lossOf: (sent: string, got: string) => string;
    renameHeading: Named;
    showOutHeading: Named;
    removeHeading: Named;
    actionsFor: Named;
    done: Record<
      | 'floor'
      | 'mutedAudio'
      | 'unmutedAudio'
      | 'mutedVideo'
      | 'unmutedVideo'
      | 'renamed'
      | 'shownOut'
      | 'removed'
      | 'added',
      Named
    > & { floorTaken: string };
  };
  chat: Record<'none' | 'operator' | 'field' | 'to' | 'send' | 'long' | 'messages', string> & { toOne: Named };
  invite: Record<'role' | 'name' | 'expires' | 'submit' | 'link' | 'open', string> & {
    heading: Named;
    roles: Record<Role, string>;
    periods: Record<LinkPeriod, string>;
    until: (when: string) => string;
  };
  links: Record<
    | 'heading'
    | 'none'
    | 'explain'
    | 'anybody'
    | 'somebody'
    | 'host'
    | 'withdraw'
    | 'withdrawAll'
    | 'withdrawThis'
    | 'withdrawExplain'
    | 'withdrawn'
    | 'allExplain'
    | 'allWithdrawn',
    string
  > & {
    made: (when: string, who: string) => string;
    until: (when: string) => string;
    withdrawOf: Named;
    allHeading: Named;
  };
  plots: Record<
    | 'incoming'
    | 'outgoing'
    | 'loss'
    | 'roundTrip'
    | 'cpu'
    | 'memory'
    | 'users'
    | 'total'
    | 'average'
    | 'sum'
    | 'table'
    | 'series'
    | 'now'
    | 'least'
    | 'mean'
    | 'most'
    | 'time'
    | 'empty'
    | 'unavailable',
    string
  > & { caption: Named };
  log: Record<
    | 'heading'
    | 'explain'
    | 'room'
    | 'allRooms'
    | 'type'
    | 'allTypes'
    | 'quiet'
    | 'pause'
    | 'resume'
    | 'clear'
    | 'none'
    | 'nobody'
    | 'and',
    string
  > & { floor: Named; paused: Counted; sentences: Sentences };
  errors: Record<WordedError | 'unreachable', string> & { unexpected: (detail: string) => string };
}

/** How an event is told of in the log. */
type Sentences = Record<Exclude<ApiEvent['type'], 'levels'> | 'silent', (...parts: string[]) => string> &
  Record<'reset', () => string>;

/** The console's words in both of its languages. */
export const WORDS: Readonly<Record<Language, Words>> = { en: ENGLISH, zh: CHINESE };
