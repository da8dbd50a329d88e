import { type Command, Option } from 'commander';
import type { LinkResource } from '../../client/index.ts';
import { Role } from '../../protocol/http-api/access.ts';
import { plain, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { duration } from './number.ts';

const shortTime = (time: string) => time.replace(/\.\d+Z$/, 'Z');

function linkTable(links: readonly LinkResource[]): string {
  if (links.length === 0) return 'No link that was made here is still good.\n';
  return table(
    ['id', 'role', 'name', 'made', 'by', 'expires'],
    links.map(({ id, role, name, madeAt, madeBy, expiresAt }) => [
      id,
      role,
      name ?? '',
      shortTime(madeAt),
      madeBy ?? '',
      shortTime(expiresAt),
    ]),
  );
}

/** `webstreamer join-link` and `links`. */
export function addLinkCommands(program: Command, terminal: Terminal): void {
  clientCommand<{ role: Role; name?: string; expires: number }, [string]>(
    withExamples(
      program
        .command('join-link')
        .description('make a link by which people can join a room')
        .argument('<room>')
        .addOption(new Option('--role <role>', 'how they take part').choices(Role.options).default('participant'))
        .option('--name <name>', 'what whoever joins is called')
        .option('--expires <time>', 'how long it is good for, such as 90m, 24h or 7d', duration, 86_400),
      'webstreamer join-link lobby --role host --expires 2h',
      'webstreamer join-link lobby --json | jq -r .url',
    ),
    terminal,
    async ({ client, show }, { role, name, expires: expiresInSeconds }, room) => {
      const link = await client.makeLink(room, { role, expiresInSeconds, ...(name !== undefined && { name }) });
      show(link, `${link.url}\n`);
    },
  );
  const links = withExamples(
    program.command('links').description('links by which people can join a room'),
    'webstreamer links list lobby',
    'webstreamer links revoke lobby 9f3c5a0e7b214d86',
    'webstreamer links revoke-all lobby',
  );
  clientCommand<unknown, [string]>(
    links.command('list').description('those that are still good').argument('<room>'),
    terminal,
    async ({ client, show }, _flags, room) => {
      const made = await client.listLinks(room);
      show(made, () => linkTable(made));
    },
  );
  clientCommand<unknown, [string, string]>(
    links.command('revoke').description('let nobody in by a link any more').argument('<room>').argument('<id>'),
    terminal,
    async ({ client, show }, _flags, room, id) => {
      await client.revokeLinks(room, id);
      show(undefined, `The link ${plain(id)} lets nobody in any more. Who is in the room stays.\n`);
    },
  );
  clientCommand<unknown, [string]>(
    links.command('revoke-all').description('let nobody in by any link of until now').argument('<room>'),
    terminal,
    async ({ client, show }, _flags, room) => {
      await client.revokeLinks(room, null);
      show(undefined, `The links to ${plain(room)} let nobody in any more. Who is in the room stays.\n`);
    },
  );
}
