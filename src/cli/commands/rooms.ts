import { type Command, Option } from 'commander';
import type { RoomResource } from '../../client/index.ts';
import type { RoomSettings } from '../../protocol/http-api/room.ts';
import { Layout, Sound } from '../../protocol/http-api/room.ts';
import { UsageError } from '../failure.ts';
import { list, plain, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { connectionTable } from './connections.ts';
import { wholeNumber } from './number.ts';

interface SettingFlags {
  layout?: Layout;
  sound?: Sound;
  speakerPolicy?: 'manual' | 'loudest';
  locked?: boolean;
  maxUsers?: number | 'none';
  chatHistory?: number;
  maxVideoBitrate?: number | 'none';
}

function withSettings(command: Command): Command {
  const people = wholeNumber(1, 1000);
  const bitrate = wholeNumber(100_000, 50_000_000);
  return command
    .addOption(new Option('--layout <layout>', 'how people are shown').choices(Layout.options))
    .addOption(new Option('--sound <sound>', 'whom people hear').choices(Sound.options))
    .addOption(new Option('--speaker-policy <policy>', 'who gives the floor').choices(['manual', 'loudest']))
    .option('--locked', 'nobody else may come in')
    .option('--no-locked', 'people may come in')
    .option('--max-users <number>', 'the most people at a time, or none', (text) =>
      text === 'none' ? text : people(text),
    )
    .option('--chat-history <number>', 'messages that somebody is sent who comes in', wholeNumber(0, 100))
    .option('--max-video-bitrate <bit/s>', 'the most that each page sends as one picture, or none', (text) =>
      text === 'none' ? text : bitrate(text),
    );
}

/** What flags change; those that were not given are not there. */
function settingsOf({
  layout,
  sound,
  speakerPolicy,
  locked,
  maxUsers,
  chatHistory,
  maxVideoBitrate,
}: SettingFlags): Partial<Omit<RoomSettings, 'codec'>> {
  const orNull = (value: number | 'none' | undefined) => (value === 'none' ? null : value);
  const limits = { maxUsers: orNull(maxUsers), maxVideoBitrateBps: orNull(maxVideoBitrate) };
  const all = { layout, sound, speakerPolicy, locked, chatHistory, ...limits };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const peopleIn = (room: RoomResource) => room.connections.filter(({ user }) => user !== null).length;

/** Rooms for people to read. */
export function roomTable(rooms: readonly RoomResource[]): string {
  if (rooms.length === 0) return 'There are no rooms. webstreamer rooms create NAME makes one.\n';
  return table(
    ['room', 'people', 'connections', 'layout', 'sound', 'speaker', 'policy', 'locked', 'codec'],
    rooms.map((room) => [
      room.name,
      peopleIn(room),
      room.connections.length,
      room.layout,
      room.sound,
      room.speaker,
      room.speakerPolicy,
      room.locked,
      room.codec,
    ]),
  );
}

function roomText(room: RoomResource): string {
  const { name, layout, sound, speaker, speakerPolicy, locked, maxUsers, chatHistory, maxVideoBitrateBps, codec } =
    room;
  const settings = list([
    ['room', name],
    ['layout', layout],
    ['sound', sound],
    ['speaker', speaker],
    ['speaker policy', speakerPolicy],
    ['locked', locked],
    ['people', `${peopleIn(room)}${maxUsers === null ? '' : ` of at most ${maxUsers}`}`],
    ['chat history', chatHistory],
    ['most video, bit/s', maxVideoBitrateBps ?? 'as the server says'],
    ['codec', codec],
  ]);
  return `${settings}\n${connectionTable(room.connections)}`;
}

/** `webstreamer rooms`. */
export function addRoomCommands(program: Command, terminal: Terminal): void {
  const rooms = withExamples(
    program.command('rooms').description('list, make, change and end the rooms of a running server'),
    'webstreamer rooms',
    'webstreamer rooms create team --layout speaker --speaker-policy loudest --connections red green blue',
    'webstreamer rooms change team --max-users 12 --no-locked',
    'webstreamer rooms show team --json',
  );
  clientCommand(
    rooms.command('list', { isDefault: true }).description('all rooms'),
    terminal,
    async ({ client, show }) => {
      const all = await client.listRooms();
      show(all, () => roomTable(all));
    },
  );
  clientCommand<unknown, [string]>(
    rooms.command('show').description('one room and its connections').argument('<room>'),
    terminal,
    async ({ client, show }, _flags, name) => {
      const { etag: _etag, ...room } = await client.getRoom(name);
      show(room, () => roomText(room));
    },
  );
  clientCommand<SettingFlags & { codec?: 'vp8' | 'h264'; connections?: string[] }, [string]>(
    withSettings(rooms.command('create').description('make a room').argument('<room>'))
      .addOption(new Option('--codec <codec>', 'what pages send, for the life of the room').choices(['vp8', 'h264']))
      .option('--connections <ids...>', 'connections that people can join'),
    terminal,
    async ({ client, show }, { codec, connections, ...flags }, name) => {
      const { etag: _etag, ...room } = await client.createRoom({
        name,
        ...settingsOf(flags),
        ...(codec && { codec }),
        ...(connections && { connections }),
      });
      show(room, () => roomText(room));
    },
  );
  clientCommand<SettingFlags, [string]>(
    withSettings(rooms.command('change').description('change settings of a room').argument('<room>')),
    terminal,
    async ({ client, show }, flags, name) => {
      const change = settingsOf(flags);
      if (Object.keys(change).length === 0) throw new UsageError('say what to change, such as --layout grid');
      const { etag: _etag, ...room } = await client.changeRoom(name, change);
      show(room, () => roomText(room));
    },
  );
  clientCommand<unknown, [string]>(
    rooms.command('delete').description('end a room; everybody in it is shown out').argument('<room>'),
    terminal,
    async ({ client, show }, _flags, name) => {
      await client.deleteRoom(name);
      show(undefined, `Room ${plain(name)} has ended.\n`);
    },
  );
}
