// A meeting in which whoever speaks has the floor: makes the room, says how to join it, tells what happens, and ends the room when the
// last one has left.
//
//   node examples/meeting.mjs [http://127.0.0.1:9001] [meeting]
//
// Where the server asks for a key: WEBSTREAMER_TOKEN=wsk_… node examples/meeting.mjs …
import console from 'node:console';
import process from 'node:process';
import { ApiError, Webstreamer } from 'webstreamer/client';

const [url = 'http://127.0.0.1:9001', name = 'meeting'] = process.argv.slice(2);
const webstreamer = new Webstreamer({ url, token: process.env.WEBSTREAMER_TOKEN });

const connections = ['anna', 'ben', 'cleo'].map((who) => `${name}-${who}`);
await webstreamer.createRoom({ name, layout: 'speaker', sound: 'mix', speakerPolicy: 'loudest', connections });
const page = `${url}/demos/Video-Conferencing.html`;
let greeting = `Join ${connections.join(', ')} at ${page}, or the room at ${url}/rooms/${name}`;

/** Names of those who are there, by connection. */
const present = new Map();
let speaker = null;

// Nobody who comes from now on is missed: the room is told of once the events are read.
function onConnection(/** @type {boolean} */ connected) {
  if (connected && greeting !== '') console.log(greeting);
  greeting = '';
}

for await (const event of webstreamer.events({ room: name, onConnection })) {
  if (event.type === 'connection-changed') {
    const { id, name: called, state } = event.connection;
    if (state === 'connected' && !present.has(id)) console.log(`${called} has come`);
    if (state === 'connected') present.set(id, called);
    if (state === 'waiting' && present.has(id)) {
      console.log(`${present.get(id)} has left`);
      present.delete(id);
      if (present.size === 0) break;
    }
  }
  if (event.type === 'room-changed' && event.resource.speaker !== speaker) {
    speaker = event.resource.speaker;
    console.log(speaker === null ? 'Nobody has the floor' : `${present.get(speaker) ?? speaker} has the floor`);
  }
  if (event.type === 'room-deleted') break;
}

await webstreamer.deleteRoom(name).catch((/** @type {unknown} */ error) => {
  // Somebody else may have ended it.
  if (!(error instanceof ApiError && error.code === 'room-not-found')) throw error;
});
console.log('The meeting is over');
