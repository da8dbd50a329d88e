import { type Command, Option } from 'commander';
import type { Webstreamer } from '../../client/index.ts';
import { openServer, type ServerFlags } from '../server-access.ts';
import type { Terminal } from '../terminal.ts';

/** What every command for a running server can be told. */
export interface ClientFlags extends ServerFlags {
  json?: boolean;
}

/** What such a command works with; `show` prints `value` as JSON for programs, else `text` for people. */
export interface Session {
  client: Webstreamer;
  terminal: Terminal;
  json: boolean;
  show: (value: unknown, text: (() => string) | string) => void;
}

type Task<Args extends unknown[], Flags> = (session: Session, flags: Flags, ...args: Args) => Promise<void>;

/** Examples below the help of a command. */
export function withExamples(command: Command, ...examples: string[]): Command {
  return command.addHelpText('after', ['\nExamples:', ...examples.map((example) => `  ${example}`)].join('\n'));
}

/** Completes a command: the options of all that ask a server, and what it does with the server; `Args` = its arguments. */
export function clientCommand<Flags = unknown, Args extends unknown[] = string[]>(
  command: Command,
  terminal: Terminal,
  task: Task<Args, Flags & ClientFlags>,
): Command {
  return command
    .addOption(new Option('--server <url>', 'the server (default: WEBSTREAMER_URL, else http://127.0.0.1:9001)'))
    .addOption(
      new Option('--token <token>', 'a key or token (default: WEBSTREAMER_TOKEN, else the operator key of this user)'),
    )
    .option('--json', 'print JSON, for programs')
    .allowExcessArguments(false)
    .action(async (...given: unknown[]) => {
      const args = given.slice(0, -2) as Args;
      const flags = given.at(-2) as Flags & ClientFlags;
      const json = flags.json === true;
      const show: Session['show'] = (value, text) => {
        if (!json) terminal.write(typeof text === 'string' ? text : text());
        else if (value !== undefined) terminal.write(`${JSON.stringify(value, null, 2)}\n`);
      };
      await task({ client: openServer(flags, terminal.environment), terminal, json, show }, flags, ...args);
    });
}
