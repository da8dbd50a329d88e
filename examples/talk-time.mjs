// A bot that records who spoke for how long in a room, until the room ends or Ctrl-C.
//
//   node examples/talk-time.mjs lobby [http://127.0.0.1:9001]
//
// Where the server asks for a key: WEBSTREAMER_TOKEN=wsk_… node examples/talk-time.mjs …
import console from 'node:console';
import process from 'node:process';
import { Webstreamer } from 'webstreamer/client';

const [room = 'lobby', url = 'http://127.0.0.1:9001'] = process.argv.slice(2);
const webstreamer = new Webstreamer({ url, token: process.env.WEBSTREAMER_TOKEN });

/** @typedef {{ name: string, spokenMs: number, since: number | null }} Person `since`: when they began to speak; null = they do not */

/** @type {Map<string, Person>} by connection */
const people = new Map();

/**
 * @param {string} id a connection
 * @returns {Person} whose it is
 */
function personAt(id) {
  const person = people.get(id) ?? { name: id, spokenMs: 0, since: null };
  people.set(id, person);
  return person;
}

/**
 * @param {Person} person who ceases to speak, if they do speak
 * @param {number} atMs when
 */
function ceases(person, atMs) {
  if (person.since !== null) person.spokenMs += Math.max(0, atMs - person.since);
  person.since = null;
}

/** Begins with the room as it is: names, and who speaks already. */
async function readRoom() {
  const { connections } = await webstreamer.getRoom(room);
  for (const { id, name, speaking } of connections) {
    const person = personAt(id);
    person.name = name;
    if (speaking) person.since ??= Date.now();
    else ceases(person, Date.now());
  }
}

const end = new AbortController();
process.on('SIGINT', () => {
  end.abort();
});
await readRoom();
let endMs = null;

// Again with every new stream: somebody may have begun to speak, or ceased, in between.
function onConnection(/** @type {boolean} */ connected) {
  if (!connected) return;
  void readRoom()
    .catch(() => undefined)
    .then(() => {
      console.log(`Listening to ${room}`);
    });
}

for await (const event of webstreamer.events({ room, signal: end.signal, onConnection })) {
  const atMs = Date.parse(event.at);
  if (event.type === 'reset') await readRoom();
  if (event.type === 'connection-changed') {
    const { id, name, user } = event.connection;
    if (user !== null) personAt(id).name = name;
    else ceases(personAt(id), atMs);
  }
  if (event.type === 'speaking') {
    const person = personAt(event.connection);
    if (event.speaking) person.since ??= atMs;
    else ceases(person, atMs);
  }
  if (event.type === 'room-deleted') {
    endMs = atMs;
    break;
  }
}

for (const person of people.values()) ceases(person, endMs ?? Date.now());
const spoken = [...people.values()].filter(({ spokenMs }) => spokenMs > 0).sort((a, b) => b.spokenMs - a.spokenMs);
for (const { name, spokenMs } of spoken) console.log(`${(spokenMs / 1000).toFixed(1).padStart(8)} s  ${name}`);
if (spoken.length === 0) console.log('Nobody has spoken');
