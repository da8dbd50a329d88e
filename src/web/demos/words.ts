import type { CallState, Interruption } from '../shared/call-state.ts';
import type { Failure } from '../shared/failure.ts';

/** What went wrong, and what the person at the page can do about it. */
export interface Notice {
  title: string;
  advice: string;
}

const FAILURES: Record<Failure, Notice> = {
  'insecure-origin': {
    title: 'The camera needs a secure address',
    advice:
      'Browsers give the camera only to https pages and to localhost. Open this page by https, or as http://localhost on the server itself.',
  },
  'unsupported-browser': {
    title: 'This browser cannot make video calls',
    advice: 'Open the page in a current Chrome, Edge, Firefox or Safari.',
  },
  'no-camera': {
    title: 'No camera or microphone was found',
    advice: 'Plug in a camera and a microphone, then press the button again.',
  },
  'permission-refused': {
    title: 'The camera is not allowed',
    advice: 'Allow camera and microphone for this page in the address bar of the browser, then press the button again.',
  },
  'camera-busy': {
    title: 'The camera is in use by another program',
    advice: 'Close the other program or tab that shows the camera, then press the button again.',
  },
  'camera-failed': {
    title: 'The camera could not be started',
    advice: 'Check the camera in the settings of the system, then press the button again.',
  },
  'bad-id': {
    title: 'This id cannot be used',
    advice: 'An id has up to 64 letters, digits and . _ ~ - and starts with a letter or a digit.',
  },
  'room-full': {
    title: 'Room full',
    advice: 'Somebody else has this seat. Use the id that was given to you, or ask for another one.',
  },
  'room-locked': {
    title: 'The room is locked',
    advice: 'Nobody else may come in at the moment. Try again later, or ask the operator.',
  },
  removed: {
    title: 'You have been shown out',
    advice: 'The operator has ended your call.',
  },
  'room-closed': {
    title: 'The room is closed',
    advice: 'The operator has ended the call for everybody.',
  },
  'room-not-available': {
    title: 'Room not available',
    advice: 'There is no such id at the moment. Check it for typing errors, or ask the operator to add it.',
  },
  'room-taken': {
    title: 'This room is open already',
    advice: 'Press “Join room” to enter it, or choose another id.',
  },
  'join-refused': {
    title: 'The server refused the request',
    advice: 'Ask the operator why.',
  },
  'no-answer': {
    title: 'Nobody answered',
    advice: 'The room is there, but no picture came from it. Try again in a moment.',
  },
  'server-unreachable': {
    title: 'The server cannot be reached',
    advice: 'Check the network connection, then reload this page.',
  },
  'not-authenticated': {
    title: 'This room asks for an invitation',
    advice: 'Use the link that you were invited with; this page cannot show one.',
  },
  'token-expired': {
    title: 'The invitation is no longer valid',
    advice: 'Ask for another link.',
  },
  'token-revoked': {
    title: 'The invitation was withdrawn',
    advice: 'Ask for another link.',
  },
  'place-gone': {
    title: 'This place is gone',
    advice: 'Ask for another one.',
  },
  'not-allowed': {
    title: 'This is not allowed',
    advice: 'Ask the operator for a link to this room.',
  },
  draining: {
    title: 'The server is about to stop',
    advice: 'Calls go on for a while, but nobody else can join. Try again later.',
  },
  shutdown: {
    title: 'The server has been stopped',
    advice: 'It has ended all calls. Try again later.',
  },
  'call-ended': {
    title: 'The call has ended',
    advice: 'The other side left and did not come back. Press “Join room” to try again.',
  },
};

/** The words for a failure; `detail` is the server's own text: for a refusal we know no better words for, or from the operator. */
export function noticeFor(failure: Failure, detail?: string): Notice {
  const notice = FAILURES[failure];
  if (!detail) return notice;
  return { title: notice.title, advice: failure === 'join-refused' ? `It says: ${detail}` : detail };
}

/** One sentence for each state of a call. */
export function sentenceFor(state: CallState): string {
  switch (state.name) {
    case 'idle':
      return 'Type the id you were given and press “Join room”.';
    case 'asking':
      return 'Asking for the camera and the microphone. Please allow both.';
    case 'connecting':
      return state.attempts === 0 ? 'Connecting to the server…' : 'The server does not answer. Trying again…';
    case 'joining':
      return `Joining ${state.id}…`;
    case 'waiting':
      return `Joined ${state.id}. Waiting for the picture…`;
    case 'open':
      return `Room ${state.id} is open. Waiting for others to join.`;
    case 'connected':
      return `Connected to ${state.id}.`;
    case 'interrupted':
      return INTERRUPTIONS[state.cause];
    case 'failed':
      return 'Not connected.';
  }
}

const INTERRUPTIONS = {
  'server-lost': 'The connection to the server is lost. Reconnecting…',
  'peer-left': 'The server ended the call. Reconnecting…',
  'media-lost': 'Picture and sound are interrupted. Reconnecting…',
  'server-stops': 'The server is being stopped. Reconnecting when it is back…',
} satisfies Record<Interruption, string>;
