import type { Command } from 'commander';
import type { MessageResource } from '../../client/index.ts';
import { plain, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';
import { wholeNumber } from './number.ts';

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

/** `webstreamer say` and `messages`. */
export function addPeopleCommands(program: Command, terminal: Terminal): void {
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
