import { type Command, Option } from 'commander';
import type { MessageResource } from '../../client/index.ts';
import { Role } from '../../protocol/http-api/access.ts';
import { plain, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { duration, wholeNumber } from './number.ts';

/** What somebody has said, as text. */
export const messageText = (data: unknown) => (typeof data === 'string' ? data : JSON.stringify(data));

function messageTable(messages: readonly MessageResource[]): string {
  if (messages.length === 0) return 'Nothing has been said.\n';
  return table(
    ['id', 'at', 'from', 'to', 'message'],
    messages.map(({ id, at, from, name, to, data }) => [
      id,
      at.replace(/\.\d+Z$/, 'Z'),
      from === null ? 'API' : `${name ?? from} (${from})`,
      to ?? 'everybody',
      messageText(data),
    ]),
  );
}

/** `webstreamer join-link`, `say` and `messages`. */
export function addPeopleCommands(program: Command, terminal: Terminal): void {
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
  clientCommand<{ to?: string }, [string, string[]]>(
    withExamples(
      program
        .command('say')
        .description('say something to everybody in a room, or to one connection')
        .argument('<room>')
        .argument('<text...>')
        .option('--to <connection>', 'the only one who is told'),
      'webstreamer say lobby "We begin in five minutes"',
    ),
    terminal,
    async ({ client, show }, { to }, name, words) => {
      const message = await client.postMessage(name, words.join(' '), to ?? null);
      show(message, `Message ${message.id} was sent to ${plain(to ?? 'everybody')}.\n`);
    },
  );
  clientCommand<{ after?: number; limit?: number }, [string]>(
    program
      .command('messages')
      .description('what has been said in a room')
      .argument('<room>')
      .option('--after <id>', 'what came after this message', wholeNumber(0, Number.MAX_SAFE_INTEGER))
      .option('--limit <number>', 'as many (default: 50)', wholeNumber(1, 200)),
    terminal,
    async ({ client, show }, { after, limit }, name) => {
      const query = { ...(after !== undefined && { after }), ...(limit !== undefined && { limit }) };
      const messages = await client.listMessages(name, query);
      show(messages, () => messageTable(messages));
    },
  );
}
