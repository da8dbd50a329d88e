import { createHash } from 'node:crypto';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { stringify } from 'yaml';
import { randomKey } from '../common/access-file.ts';
import { Subject } from '../protocol/auth.ts';
import { Scope } from '../protocol/http-api/access.ts';
import { RoomName } from '../protocol/ids.ts';

interface KeyOptions {
  name: string;
  scope: Scope[];
  room?: string;
  expires?: string;
}

function parseName(text: string): string {
  if (Subject.safeParse(text).success) return text;
  throw new InvalidArgumentError('A name is text without line breaks and < >, up to 128 characters.');
}

function parseRoom(text: string): string {
  if (RoomName.safeParse(text).success) return text;
  throw new InvalidArgumentError('The name of a room has letters, digits and . _ ~ - only, at most 64.');
}

function parseDay(text: string): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('A day such as 2027-01-31.');
}

/** A new API key, and what the configuration says of it: its hash, so that the file gives nobody the key. */
function describeKey(key: string, { name, scope, room, expires }: KeyOptions): string {
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  const configured = {
    name,
    key: hash,
    scopes: scope,
    ...(room !== undefined && { room }),
    ...(expires !== undefined && { expires }),
  };
  return `${key}\n\nThis is the only time that it is shown. In the configuration:\n\n${stringify({ auth: { keys: [configured] } })}`;
}

/** Adds the command `key`: makes an API key. */
export function withKeyCommand(program: Command, print: (text: string) => unknown): void {
  program
    .command('key')
    .description('make an API key, and print it with what to put into the configuration')
    .option('--name <name>', 'whose it is, for the audit log', parseName, 'operator')
    .addOption(
      new Option('--scope <scope...>', 'what it allows').choices(Scope.options).default(['operator'], 'operator'),
    )
    .option('--room <name>', 'the only room that it is for', parseRoom)
    .option('--expires <day>', 'the day with whose beginning (UTC) it expires', parseDay)
    .allowExcessArguments(false)
    .action((options: KeyOptions) => {
      print(describeKey(randomKey(), options));
    });
}
