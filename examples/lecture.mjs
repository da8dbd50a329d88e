// A lecture: all see and hear one speaker. Whoever writes "?" into the chat has a question and gets the floor when it is their turn; with
// "thanks" it goes back to the lecturer, and then to the next who asks.
//
//   node examples/lecture.mjs [http://127.0.0.1:9001] [lecture]
//
// Where the server asks for a key: WEBSTREAMER_TOKEN=wsk_… node examples/lecture.mjs …
import console from 'node:console';
import process from 'node:process';
import { Webstreamer } from 'webstreamer/client';

const [url = 'http://127.0.0.1:9001', name = 'lecture'] = process.argv.slice(2);
const webstreamer = new Webstreamer({ url, token: process.env.WEBSTREAMER_TOKEN });

const lecturer = `${name}-lecturer`;
const listeners = ['1', '2', '3', '4'].map((number) => `${name}-${number}`);
await webstreamer.createRoom({ name, layout: 'speaker', sound: 'speaker', connections: [lecturer, ...listeners] });
await webstreamer.setSpeaker(name, lecturer);
let greeting = `The lecturer joins ${lecturer}; listeners join ${listeners.join(', ')}`;

/** @type {{ connection: string, name: string | null }[]} those with a question, the first first */
const questions = [];
/** @type {{ asking: { connection: string, name: string | null } | null }} who has it for a question */
const floor = { asking: null };

/**
 * @param {string} connection who gets the floor
 * @param {string} text what everybody is told
 */
async function giveFloor(connection, text) {
  await webstreamer.setSpeaker(name, connection);
  await webstreamer.postMessage(name, text);
  console.log(text);
}

async function nextQuestion() {
  const asking = questions.shift() ?? null;
  floor.asking = asking;
  if (asking !== null) await giveFloor(asking.connection, `${asking.name} has a question`);
}

// Whoever asks from now on is heard: the room is told of once the events are read.
function onConnection(/** @type {boolean} */ connected) {
  if (connected && greeting !== '') console.log(greeting);
  greeting = '';
}

for await (const event of webstreamer.events({ room: name, onConnection })) {
  if (event.type === 'room-deleted') break;
  if (event.type === 'message' && event.message.from !== null) {
    const { from: connection, name: called, data } = event.message;
    if (data === '?' && connection !== lecturer) {
      questions.push({ connection, name: called });
      if (floor.asking === null) await nextQuestion();
    }
    if (data === 'thanks' && connection === floor.asking?.connection) {
      await giveFloor(lecturer, 'The lecture goes on');
      await nextQuestion();
    }
  }
  // Whoever has left asks nothing any more.
  if (event.type === 'connection-changed' && event.connection.user === null) {
    const left = questions.findIndex(({ connection }) => connection === event.connection.id);
    if (left !== -1) questions.splice(left, 1);
    if (floor.asking?.connection === event.connection.id) {
      await giveFloor(lecturer, 'The lecture goes on');
      await nextQuestion();
    }
  }
}
console.log('The lecture is over');
