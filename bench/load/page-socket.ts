import { io, type Socket } from 'socket.io-client';
import { DEFAULT_MESSAGE_EVENT } from '../../src/protocol/signalling/peer-message.ts';

const CONNECT_TIMEOUT_MS = 30_000;

/** A socket that introduces itself to a bridge as a page does. */
export function pageSocket(url: string, userid: string, sessionid: string): Socket {
  return io(url, {
    forceNew: true,
    transports: ['websocket'],
    query: {
      userid,
      sessionid,
      msgEvent: DEFAULT_MESSAGE_EVENT,
      socketCustomEvent: 'RTCMultiConnection-Custom-Message',
      autoCloseEntireSession: false,
      maxParticipantsAllowed: 1000,
      extra: '{}',
    },
  });
}

/** Resolves with the socket once it is connected; closes it and rejects when that fails or takes too long. */
export async function connected(socket: Socket): Promise<Socket> {
  try {
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error(`the socket is not connected after ${CONNECT_TIMEOUT_MS} ms`));
      }, CONNECT_TIMEOUT_MS);
      socket.once('connect', () => {
        clearTimeout(late);
        resolve();
      });
      socket.once('connect_error', (error) => {
        clearTimeout(late);
        reject(error);
      });
    });
    return socket;
  } catch (error) {
    socket.disconnect();
    throw error;
  }
}
