import type { Deed, Heard, Step } from './script.ts';
import { once, only, steps } from './script-words.ts';
import { REQUEST } from './stage.ts';

/** A deed that leads to other things here than at the server of 3.4.5, for the reasons that docs/protocol.md has. */
const otherwise = (here: (there: Heard) => Heard, ...deed: Deed): Step => ({ deed, here });
const offer = { type: 'offer', sdp: 'v=0' };

const twoPages: (Deed | Step)[] = [
  ['room', 'connects', { maxParticipantsAllowed: '2' }],
  ['room', 'extra-data-updated', {}],
  otherwise(only('room', ['ack']), 'room', 'changed-uuid', 'room'),
  ['B', 'connects'],
  ['B', 'says', 'room', REQUEST, { password: false }],
  ['room', 'says', 'B', { enableMedia: true }],
  ['B', 'says', 'room', { readyForOffer: true }],
  ['room', 'says', 'B', 'next-possible-initiator'],
  ['room', 'says', 'B', offer],
  ['B', 'says', 'room', { type: 'answer', sdp: 'v=0' }],
  ['B', 'extra-data-updated', { n: 1 }],
];

/** Sessions of pages of 3.4.5 among themselves, which go the same way at the server of that package and here. */
export const legacySessions: Record<string, Step[]> = {
  'two pages of 3.4.5, and the one that joined leaves': steps(
    ...twoPages,
    ['B', 'says', 'room', { userLeft: true }],
    otherwise(once, 'B', 'leaves'),
  ),
  'two pages of 3.4.5, and the one that opened is killed': steps(...twoPages, otherwise(once, 'room', 'dies')),
  'a third page of 3.4.5, a fourth, and the last place': steps(
    ...twoPages,
    ['C', 'connects'],
    ['C', 'says', 'room', REQUEST, { password: false }],
    ['room', 'says', 'C', { enableMedia: true }],
    ['B', 'says', 'C', { enableMedia: true }],
    ['D', 'connects'],
    ['D', 'says', 'room', REQUEST, { password: false }],
  ),
  'a page of 3.4.5 that wants one alone': steps(
    ...twoPages,
    ['C', 'connects', { oneToMany: 'true' }],
    ['C', 'says', 'room', REQUEST, { password: false }],
  ),
  'a page of 3.4.5 with a password': steps(
    ['room', 'connects'],
    // Here it is answered that the page is in no room; pages of 3.4.5 ask for no answer.
    otherwise(only('room', ['ack', null, null, 'Did not join any room yet']), 'room', 'set-password', 'secret'),
    ['B', 'connects'],
    ['B', 'says', 'room', REQUEST, { password: false }],
    ['B', 'says', 'room', REQUEST, { password: 'no' }],
    ['B', 'says', 'room', REQUEST, { password: 'secret' }],
  ),
  'disconnect-with among pages of 3.4.5': steps(
    ...twoPages,
    ['room', 'disconnect-with', 'B'],
    ['B', 'disconnect-with', 'room'],
    ['B', 'says', 'system', { detectPresence: true, userid: 'room' }],
  ),
  'the public list of pages of 3.4.5': steps(
    ...twoPages,
    ['room', 'become-a-public-moderator'],
    ['B', 'get-public-moderators', ''],
    ['B', 'get-public-moderators', 'ro'],
    ['B', 'get-public-moderators', 'x'],
    ['room', 'get-public-moderators', ''],
    ['room', 'dont-make-me-moderator'],
    ['B', 'get-public-moderators', ''],
  ),
  'a page of 3.4.5 that hands its room on, and its last words': steps(
    ['room', 'connects', { sessionid: 'room' }],
    ...twoPages.slice(1),
    ['room', 'shift-moderator-control-on-disconnect'],
    ['room', 'says', 'B', { shiftedModerationControl: true, firedOnLeave: true }],
    otherwise(once, 'room', 'leaves'),
    ['B', 'changed-uuid', 'room'],
  ),
  'close-entire-session among pages of 3.4.5': steps(
    ...twoPages,
    // Here the answer is `true`, as pages of 3.7.1 want it.
    otherwise((there) => ({ ...there, room: [['ack', true]] }), 'room', 'close-entire-session'),
  ),
};
