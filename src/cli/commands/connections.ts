import type { Command } from 'commander';
import type { ConnectionResource } from '../../client/index.ts';
import { plain, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { wholeNumber } from './number.ts';

const kinds = ({ audio, video }: { audio: boolean; video: boolean }) =>
  [audio ? 'audio' : '', video ? 'video' : ''].filter((kind) => kind !== '').join('+');

/** Connections for people to read. */
export function connectionTable(connections: readonly ConnectionResource[]): string {
  if (connections.length === 0) return 'The room has no connections.\n';
  return table(
    ['connection', 'name', 'state', 'since', 'role', 'speaking', 'muted', 'self-muted', 'most video'],
    connections.map(({ id, name, state, since, role, speaking, muted, selfMuted, maxVideoBitrateBps }) => [
      id,
      name,
      state,
      since.replace(/\.\d+Z$/, 'Z'),
      role,
      speaking,
      kinds(muted),
      kinds(selfMuted),
      maxVideoBitrateBps,
    ]),
  );
}

interface MuteFlags {
  audio?: boolean;
  video?: boolean;
}

/** Without a flag it is the voice. */
function mutedOf({ audio, video }: MuteFlags, muted: boolean): { audio?: boolean; video?: boolean } {
  if (audio !== true && video !== true) return { audio: muted };
  return { ...(audio === true && { audio: muted }), ...(video === true && { video: muted }) };
}

function addMuteCommand(connections: Command, terminal: Terminal, word: 'mute' | 'unmute'): void {
  const muted = word === 'mute';
  const description = muted ? 'pass on no voice, or no picture, of somebody' : 'pass it on again';
  clientCommand<MuteFlags, [string, string]>(
    connections
      .command(word)
      .description(description)
      .argument('<room>')
      .argument('<connection>')
      .option('--audio', 'the voice (default)')
      .option('--video', 'the picture'),
    terminal,
    async ({ client, show }, flags, name, id) => {
      const room = await client.changeConnection(name, id, { muted: mutedOf(flags, muted) });
      const connection = room.connections.filter((one) => one.id === id);
      show(connection[0], () => connectionTable(connection));
    },
  );
}

/** `webstreamer connections`. */
export function addConnectionCommands(program: Command, terminal: Terminal): void {
  const connections = withExamples(
    program.command('connections').description('the connections of a room, and the people on them'),
    'webstreamer connections list lobby',
    'webstreamer connections rename lobby 1 "Anna 王"',
    'webstreamer connections mute lobby 1 --audio --video',
    'webstreamer connections limit lobby 1 300000',
    'webstreamer connections show-out lobby 1 --message "The meeting is over"',
  );
  clientCommand<unknown, [string]>(
    connections.command('list', { isDefault: true }).description('all connections of a room').argument('<room>'),
    terminal,
    async ({ client, show }, _flags, name) => {
      const room = await client.getRoom(name);
      show(room.connections, () => connectionTable(room.connections));
    },
  );
  const one = (word: string, description: string) =>
    connections.command(word).description(description).argument('<room>').argument('<connection>');
  clientCommand<unknown, [string, string]>(
    one('add', 'add a connection that people can join'),
    terminal,
    async ({ client, show }, _flags, name, id) => {
      const room = await client.addConnection(name, id);
      const added = room.connections.filter((connection) => connection.id === id);
      show(added[0], () => connectionTable(added));
    },
  );
  clientCommand<unknown, [string, string, string | undefined]>(
    one('rename', 'name its user; without a name it is the page’s own again').argument('[name]'),
    terminal,
    async ({ client, show }, _flags, name, id, called) => {
      const room = await client.changeConnection(name, id, { name: called ?? null });
      const renamed = room.connections.filter((connection) => connection.id === id);
      show(renamed[0], () => connectionTable(renamed));
    },
  );
  addMuteCommand(connections, terminal, 'mute');
  addMuteCommand(connections, terminal, 'unmute');
  clientCommand<unknown, [string, string, number | undefined]>(
    one(
      'limit',
      'the most that its page sends as one picture, in bit/s; without a number it is the room’s again',
    ).argument('[bitrate]', 'from 100000 to 50000000', wholeNumber(100_000, 50_000_000)),
    terminal,
    async ({ client, show }, _flags, name, id, bitrate) => {
      const room = await client.changeConnection(name, id, { maxVideoBitrateBps: bitrate ?? null });
      const limited = room.connections.filter((connection) => connection.id === id);
      show(limited[0], () => connectionTable(limited));
    },
  );
  clientCommand<unknown, [string, string]>(
    one('remove', 'take it out of its room; its user is shown out'),
    terminal,
    async ({ client, show }, _flags, name, id) => {
      await client.removeConnection(name, id);
      show(undefined, `Connection ${plain(id)} has been removed.\n`);
    },
  );
  clientCommand<{ message?: string }, [string, string]>(
    one('show-out', 'show its user out; the connection stays').option('--message <text>', 'what the user is told'),
    terminal,
    async ({ client, show }, { message }, name, id) => {
      await client.removeUser(name, id, message);
      show(undefined, `The user of ${plain(id)} has been shown out.\n`);
    },
  );
}
