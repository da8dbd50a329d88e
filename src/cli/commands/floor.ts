import { Argument, type Command } from 'commander';
import { Layout } from '../../protocol/http-api/room.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, type Session, withExamples } from './client-command.ts';
import { roomTable } from './rooms.ts';

/** `webstreamer speaker`, `layout`, `lock` and `unlock`. */
export function addFloorCommands(program: Command, terminal: Terminal): void {
  const speaker = withExamples(
    program.command('speaker').description('who has the floor of a room'),
    'webstreamer speaker set lobby 1',
    'webstreamer speaker clear lobby',
  );
  const setSpeaker = async ({ client, show }: Session, name: string, connection: string | null) => {
    await client.setSpeaker(name, connection);
    const { etag: _etag, ...room } = await client.getRoom(name);
    show(room, () => roomTable([room]));
  };
  clientCommand<unknown, [string, string]>(
    speaker.command('set').description('give the floor to a connection').argument('<room>').argument('<connection>'),
    terminal,
    (session, _flags, name, connection) => setSpeaker(session, name, connection),
  );
  clientCommand<unknown, [string]>(
    speaker.command('clear').description('take the floor from whoever has it').argument('<room>'),
    terminal,
    (session, _flags, name) => setSpeaker(session, name, null),
  );
  clientCommand<unknown, [string, Layout]>(
    program
      .command('layout')
      .description('set how a room shows its people')
      .argument('<room>')
      .addArgument(new Argument('<layout>').choices(Layout.options)),
    terminal,
    async ({ client, show }, _flags, name, layout) => {
      const { etag: _etag, ...room } = await client.changeRoom(name, { layout });
      show(room, () => roomTable([room]));
    },
  );
  for (const locked of [true, false]) {
    clientCommand<unknown, [string]>(
      program
        .command(locked ? 'lock' : 'unlock')
        .description(locked ? 'let nobody else into a room' : 'let people in again')
        .argument('<room>'),
      terminal,
      async ({ client, show }, _flags, name) => {
        const { etag: _etag, ...room } = await client.changeRoom(name, { locked });
        show(room, () => roomTable([room]));
      },
    );
  }
}
