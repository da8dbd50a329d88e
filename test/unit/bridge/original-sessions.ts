import { DEFAULT_MESSAGE_EVENT } from '../../../src/protocol/signalling/peer-message.ts';
import type { Deed, Heard, Step } from './script.ts';
import { message, nothing, once, only, room, steps } from './script-words.ts';
import { REQUEST } from './stage.ts';

const WEBSTREAMER = { autoCloseEntireSession: 'true', maxParticipantsAllowed: '2' };
/** A deed that leads to other things here than there: the row of docs/protocol.md, and what of what is heard there is heard here. */
const otherwise = (row: string, here: (there: Heard) => Heard, ...deed: Deed): Step => ({ deed, row, here });

const withoutRoomNote = (there: Heard): Heard =>
  JSON.parse(JSON.stringify(there, (key, value: unknown) => (key === '_room' ? undefined : value))) as Heard;
const twice = '`user-disconnected` is said twice';
const extraTwice = '`extra-data-updated` goes twice to peers in a room, and to the sender';
const passwordLength = '`isPasswordProtected` is the length of the password, or is not there';
const freed = '`userLeft` is passed on';

const logs = '`logs` tells users who relays for whom';
const withoutLogs = (there: Heard): Heard =>
  Object.fromEntries(
    Object.entries(there)
      .map(([who, events]) => [who, events.filter(([event]) => event !== 'logs')] as const)
      .filter(([, events]) => events.length > 0),
  );
const SCALABLE = { enableScalableBroadcast: 'true', maxRelayLimitPerUser: '1' };
const joinShow = (userid: string) => ({ broadcastId: 'show', userid, typeOfStreams: { audio: true, oneway: true } });

const offer = { type: 'offer', sdp: 'v=0' };

const twoPages: Deed[] = [
  ['A', 'connects'],
  ['B', 'connects'],
  ['A', 'open-room', room('room')],
  ['B', 'join-room', room('room')],
  ['B', 'says', 'room', REQUEST],
  ['A', 'says', 'B', { enableMedia: true }],
  ['B', 'says', 'A', { readyForOffer: true }],
  ['A', 'says', 'B', offer],
  ['B', 'says', 'A', { type: 'answer', sdp: 'v=0' }],
];
const pageAndWebstreamer: Deed[] = [
  ['1', 'connects', WEBSTREAMER],
  ['1', 'open-room', room('1')],
  ['page', 'connects', { extra: '{"name":"Ann"}' }],
  ['page', 'join-room', room('1', { extra: { name: 'Ann' } })],
  ['page', 'says', '1', REQUEST],
  ['1', 'says', 'page', { enableMedia: true }],
  ['page', 'says', '1', { readyForOffer: true }],
  ['1', 'says', 'page', 'next-possible-initiator'],
  ['1', 'says', 'page', offer],
  ['page', 'says', '1', { type: 'answer', sdp: 'v=0' }],
  ['1', 'says', 'page', { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 }],
  ['late', 'connects'],
  ['late', 'join-room', room('1')],
];

/** Sessions that go the same way at rtcmulticonnection-server 1.3.3 and here, but for the differences that are named. */
export const sessions: Record<string, Step[]> = {
  'two pages of 3.7.1, and the one that joined leaves': steps(
    ...twoPages,
    otherwise(extraTwice, only('B', ['extra-data-updated', 'A', {}]), 'A', 'extra-data-updated', {}),
    otherwise(extraTwice, only('A', ['extra-data-updated', 'B', { n: 1 }]), 'B', 'extra-data-updated', { n: 1 }),
    ['B', 'says', 'A', { streamSyncNeeded: true, streamid: 's', action: 'mute', type: 'both' }],
    ['A', 'get-remote-user-extra-data', 'B'],
    ['B', 'says', 'A', { userLeft: true }],
    otherwise(twice, once, 'B', 'leaves'),
    ['A', 'get-remote-user-extra-data', 'B'],
  ),
  'two pages of 3.7.1, and the one that opened the room leaves': steps(
    ...twoPages,
    ['A', 'says', 'B', { userLeft: true }],
    otherwise(twice, once, 'A', 'leaves'),
    ['B', 'set-password', 'secret'],
    ['C', 'connects'],
    ['C', 'join-room', room('room')],
    ['C', 'join-room', room('room', { password: 'secret' })],
    ['C', 'says', 'room', REQUEST],
  ),
  'two pages of 3.7.1, and one is killed': steps(...twoPages, otherwise(twice, once, 'B', 'dies'), [
    'A',
    'says',
    'B',
    offer,
  ]),
  'a page of 3.7.1 and a webstreamer; the page leaves': steps(
    ...pageAndWebstreamer,
    ['page', 'says', '1', { userLeft: true }],
    otherwise(freed, only('late', ['ack', true]), 'late', 'join-room', room('1')),
    otherwise(freed, nothing, 'page', 'leaves'),
  ),
  'a page of 3.7.1 and a webstreamer; the page is killed': steps(
    ...pageAndWebstreamer,
    otherwise(twice, once, 'page', 'dies'),
    ['late', 'join-room', room('1')],
    ['late', 'says', '1', REQUEST],
  ),
  'a page of 3.7.1 that is killed before it is answered': steps(
    ...pageAndWebstreamer.slice(0, 5),
    otherwise(
      '`user-disconnected` goes to those who have talked',
      only('1', ['user-disconnected', 'page']),
      'page',
      'dies',
    ),
  ),
  'a page of 3.7.1 and a webstreamer; the webstreamer leaves': steps(
    ...pageAndWebstreamer,
    otherwise(twice, once, '1', 'leaves'),
    ['page', 'join-room', room('1')],
    ['page', 'check-presence', '1'],
  ),
  'a page of 3.4.5 asks a webstreamer that has opened its room': steps(
    ['1', 'connects', WEBSTREAMER],
    ['1', 'open-room', room('1')],
    ['old', 'connects'],
    otherwise(
      'a request without `join-room` is dropped',
      only('1', message('1', REQUEST, 'old', { password: false })),
      ...(['old', 'says', '1', REQUEST, { password: false }] as Deed),
    ),
    ['1', 'says', 'old', { enableMedia: true }],
    ['old', 'says', '1', { readyForOffer: true }],
  ),
  'a page of 3.4.5 asks one that is there, or is not': steps(
    ['host', 'connects'],
    ['guest', 'connects'],
    otherwise(
      'a request to a user is a message like any other',
      only('host', message('host', REQUEST, 'guest', { password: false })),
      ...(['guest', 'says', 'host', REQUEST, { password: false }] as Deed),
    ),
    ['early', 'connects'],
    ['early', 'says', 'later', REQUEST],
    otherwise(
      'a request for nobody is dropped',
      only('later', message('later', REQUEST, 'early')),
      ...(['later', 'connects'] as Deed),
    ),
    ['modern', 'connects'],
    otherwise('`join-room` knows rooms only', only('modern', ['ack', true]), 'modern', 'join-room', room('host')),
  ),
  'passwords, presence and public rooms': steps(
    ['A', 'connects', { maxParticipantsAllowed: '2' }],
    ['B', 'connects'],
    ['C', 'connects'],
    ['A', 'check-presence', 'room'],
    ['A', 'open-room', room('room', { password: 'secret', identifier: 'public', extra: { n: 1 } })],
    ['B', 'join-room', room('room', { password: 'no' })],
    ['B', 'join-room', room('room')],
    ['B', 'join-room', room('absent')],
    ['B', 'is-valid-password', '', 'room'],
    ['B', 'is-valid-password', 'secret', ''],
    ['B', 'is-valid-password', 'secret', 'absent'],
    ['B', 'is-valid-password', 'no', 'room'],
    ['B', 'is-valid-password', 'secret', 'room'],
    ['B', 'join-room', room('room', { password: 'secret' })],
    ['C', 'join-room', room('room', { password: 'secret' })],
    ['B', 'set-password', 'mine'],
    ['C', 'set-password', 'mine'],
    ['C', 'get-public-rooms', ''],
    ['C', 'get-public-rooms', 'private'],
    ['C', 'get-public-rooms', 'public'],
    otherwise(
      passwordLength,
      only('C', ['ack', true, 'room', { n: 1, _room: { isFull: true, isPasswordProtected: true } }]),
      ...(['C', 'check-presence', 'room'] as Deed),
    ),
    otherwise(
      "`_room` is written into the room's extra data and shows up in later answers",
      withoutRoomNote,
      ...(['C', 'get-public-rooms', 'public'] as Deed),
    ),
    ['A', 'set-password', ''],
    ['C', 'is-valid-password', 'secret', 'room'],
  ),
  'a third page asks the two that are there': steps(
    ...twoPages,
    ['C', 'connects'],
    ['C', 'join-room', room('room')],
    ['C', 'says', 'room', REQUEST],
  ),
  'a room of one-way media': steps(
    ['A', 'connects'],
    ['A', 'open-room', room('room', { session: { oneway: true } })],
    ['B', 'connects'],
    ['B', 'join-room', room('room')],
    ['C', 'connects'],
    ['C', 'join-room', room('room')],
    ['C', 'says', 'room', REQUEST],
  ),
  'in a webstreamer’s room of three': steps(
    ['1', 'connects', { ...WEBSTREAMER, maxParticipantsAllowed: '3' }],
    ['1', 'open-room', room('1')],
    ['page', 'connects'],
    ['page', 'join-room', room('1')],
    ['other', 'connects'],
    ['other', 'join-room', room('1')],
    otherwise(
      'requests in any room go to all in it',
      only('1', message('1', REQUEST, 'other')),
      ...(['other', 'says', '1', REQUEST] as Deed),
    ),
  ),
  'a second socket of the same id': steps(
    ...twoPages,
    ['B’', 'connects'],
    ['B’', 'says', 'A', { userLeft: true }],
    ['B', 'says', 'A', offer],
  ),
  'one speaks in the name of another': steps(
    ...twoPages,
    ['victim', 'connects'],
    otherwise(
      'any text in `sender` is believed, and becomes a user',
      nothing,
      ...(['A', 'says', 'B', offer, { sender: 'victim' }] as Deed),
    ),
  ),
  'a stranger speaks to a page in a room': steps(
    ...twoPages,
    ['stranger', 'connects'],
    otherwise('anybody can send anything to any user', nothing, ...(['stranger', 'says', 'B', offer] as Deed)),
  ),
  'messages to oneself, to nobody, to the system': steps(
    ['A', 'connects'],
    ['B', 'connects'],
    ['A', 'says', 'A', offer],
    ['A', 'says', 'nobody', offer],
    ['A', 'says', 'system', { detectPresence: true, userid: 'B' }],
    ['A', 'says', 'system', { detectPresence: true, userid: 'nobody' }],
    ['A', 'says', 'system', { detectPresence: true, userid: 'A' }],
    ['A', 'says', 'B', null, { message: 'next-possible-initiator' }],
  ),
  'pages of two demos': steps(
    ['A', 'connects', { msgEvent: 'another-demo' }],
    ['B', 'connects'],
    otherwise(
      "a message arrives under its sender's `msgEvent`",
      ({ A, B }) => ({
        A: A!,
        B: B!.map(([event, ...args]) => [event === 'another-demo' ? DEFAULT_MESSAGE_EVENT : event, ...args]),
      }),
      ...(['A', 'another-demo', { remoteUserId: 'B', message: offer, sender: 'A' }] as Deed),
    ),
  ),
  'new ids': steps(
    ...twoPages,
    ['C', 'connects'],
    ['C', 'changed-uuid', 'new'],
    ['A', 'get-remote-user-extra-data', 'new'],
    ['A', 'get-remote-user-extra-data', 'C'],
    otherwise(
      '`changed-uuid` to the own id is not acknowledged',
      only('C', ['ack']),
      ...(['C', 'changed-uuid', 'new'] as Deed),
    ),
    otherwise('`changed-uuid` to an id that somebody has replaces that user', nothing, 'C', 'changed-uuid', 'B'),
  ),
  'disconnect-with': steps(
    ...twoPages,
    ['A', 'disconnect-with', 'B'],
    ['A', 'disconnect-with', 'B'],
    ['A', 'disconnect-with', 'nobody'],
  ),
  'events of the pages’ own': steps(
    ...twoPages,
    ['C', 'connects'],
    otherwise(
      'the event named by `socketCustomEvent` goes nowhere',
      only('B', ['RTCMultiConnection-Custom-Message', { hello: 1 }]),
      ...(['A', 'RTCMultiConnection-Custom-Message', { hello: 1 }] as Deed),
    ),
    ['A', 'set-custom-socket-event-listener', 'chat'],
    otherwise('custom events go to every socket of the server', ({ B }) => ({ B: B! }), 'A', 'chat', 'hello'),
    ['A', 'of no such name', 'hello'],
  ),
  'a scalable broadcast': steps(
    ['show', 'connects', SCALABLE],
    ['show', 'check-broadcast-presence', 'show'],
    otherwise(logs, withoutLogs, 'show', 'join-broadcast', joinShow('show')),
    ['A', 'connects', SCALABLE],
    ['A', 'check-broadcast-presence', 'show'],
    otherwise(logs, withoutLogs, 'A', 'join-broadcast', joinShow('A')),
    ['A', 'can-relay-broadcast'],
    ['B', 'connects', SCALABLE],
    otherwise(logs, withoutLogs, 'B', 'join-broadcast', joinShow('B')),
    ['B', 'get-number-of-users-in-specific-broadcast', 'show'],
    ['outside', 'connects', SCALABLE],
    otherwise(
      '`scalable-broadcast-message` goes to every socket of the server',
      ({ show, B }) => ({ show: show!, B: B! }),
      ...(['A', 'scalable-broadcast-message', { hello: 1 }] as Deed),
    ),
    ['A', 'leaves'],
    otherwise(logs, withoutLogs, 'B', 'join-broadcast', joinShow('B')),
    ['show', 'leaves'],
    ['B', 'check-broadcast-presence', 'show'],
    otherwise(
      'a viewer of a broadcast that is not there is told to begin it',
      only('outside', ['broadcast-stopped', 'show']),
      ...(['outside', 'join-broadcast', joinShow('outside')] as Deed),
    ),
  ),
  'close-entire-session': steps(
    ...twoPages,
    otherwise(
      '`close-entire-session` always fails',
      () => ({ A: [['ack', true]], B: [['closed-entire-session', 'room', {}]] }),
      ...(['A', 'close-entire-session'] as Deed),
    ),
  ),
  'open-room again': steps(
    ...twoPages,
    otherwise(
      '`open-room` by the owner of that room gives it away',
      only('A', ['ack', true]),
      ...(['A', 'open-room', room('room')] as Deed),
    ),
  ),
  'a page that cannot join another room': steps(
    ['A', 'connects', { maxParticipantsAllowed: '2' }],
    ['B', 'connects'],
    ['A', 'open-room', room('room')],
    ['B', 'join-room', room('room')],
    ['B', 'join-room', room('absent')],
    ['C', 'connects'],
    otherwise(
      '`join-room` and `open-room` leave the old room first, whatever comes of it',
      only('C', ['ack', false, 'Room full']),
      ...(['C', 'join-room', room('room')] as Deed),
    ),
  ),
};
