import { Command, InvalidArgumentError, Option } from 'commander';
import { type CertificateOptions, ownNames } from './certificate.ts';
import { loadConfig } from './config-file.ts';
import { withKeyCommand } from './key.ts';
import { addCompletionCommand } from './commands/completion.ts';
import { addClientCommands } from './commands/client-commands.ts';
import { addDoctorCommand, type Diagnose } from './commands/doctor.ts';
import type { Terminal } from './terminal.ts';
import type { Config } from '../protocol/config.ts';
import { WebstreamerError } from '../protocol/errors.ts';

/** The port of the HTTP API of `webstreamer serve --only rooms`: beside that of a bridge on the same machine. */
const ROOMS_PORT = 9002;
const SERVER_PORT = 9001;

const EXIT_CODES = 'Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 the server cannot be reached.';

/** What can be started. */
export type Role = 'webstreamer' | 'bridge' | 'rooms';

/** Starts a role with its configuration; `readAgain` reads the file of it, if there is one, as it is then. Throws `bad-config`. */
export type StartRole = (role: Role, config: Config, readAgain?: () => Config) => Promise<void>;

/** What the command line leads to. */
export interface Actions {
  start: StartRole;
  makeCertificate: (options: CertificateOptions) => Promise<void>;
  diagnose: Diagnose;
  terminal: Terminal;
}

interface Options {
  config?: string;
  host?: string;
  port?: number;
  bridge?: string;
  only?: 'bridge' | 'rooms';
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function withCommonOptions(command: Command, port: number): Command {
  return command
    .option('--config <file>', 'a YAML file; docs/configuration.md describes every key')
    .option('--host <address>', 'the address to listen on (default: 127.0.0.1, this machine only)')
    .option('--port <number>', `the port to listen on (default: ${port})`, parsePort);
}

function parseDays(text: string): number {
  const days = Number(text);
  // Browsers take no certificate that is good for longer.
  if (!/^\d+$/.test(text) || days < 1 || days > 825) throw new InvalidArgumentError('A number of days, 1 to 825.');
  return days;
}

function withCertificateCommand(program: Command, make: Actions['makeCertificate']): void {
  program
    .command('certificate')
    .description('make a certificate that signs itself: browsers give the camera to https pages only')
    .option('--out <folder>', 'where certificate.pem and key.pem go', '.')
    .option('--name <name...>', 'host names and IP addresses (default: all that this machine has)')
    .option('--days <number>', 'how long it is good for', parseDays, 365)
    .option('--force', 'replace files that are there', false)
    .allowExcessArguments(false)
    .action(({ name, ...rest }: Omit<CertificateOptions, 'names'> & { name?: string[] }) =>
      make({ ...rest, names: name ?? ownNames() }),
    );
}

/** The command line of webstreamer; `actions` do what the chosen command says. */
export function createProgram(version: string, { start, makeCertificate, diagnose, terminal }: Actions): Command {
  const program = withCommonOptions(new Command('webstreamer'), SERVER_PORT)
    .description(
      'Multipoint video conferencing for RTCMultiConnection pages. Without a command: bridge, rooms and pages in one process.',
    )
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('Try: webstreamer --help')
    .allowExcessArguments(false)
    .addHelpText('after', `\n${EXIT_CODES}`);

  // Options may stand before the command's name or after it.
  const run = (role: Role, own: Options) => {
    const options = { ...program.opts<Options>(), ...own };
    const { host, port, bridge: bridgeUrl } = options;
    const defaults = role === 'rooms' ? { port: ROOMS_PORT } : {};
    const load = () => loadConfig(options.config, { host, port, bridgeUrl }, defaults);
    const config = load();
    if (role === 'rooms' && config.bridge.url === undefined) {
      throw new WebstreamerError('bad-config', '--only rooms needs --bridge URL, or bridge.url in the file');
    }
    return start(role, config, options.config === undefined ? undefined : load);
  };
  program.action((options: Options) => run('webstreamer', options));
  withCommonOptions(program.command('serve'), SERVER_PORT)
    .description('start a server: bridge, rooms and pages, or one part of it')
    .addOption(
      new Option(
        '--only <part>',
        `bridge = the bridge and the pages; rooms = rooms and API, on port ${ROOMS_PORT}`,
      ).choices(['bridge', 'rooms']),
    )
    .option('--bridge <url>', 'with --only rooms: the URL of any compatible bridge, such as http://127.0.0.1:9001')
    .allowExcessArguments(false)
    .action((options: Options) => run(options.only ?? 'webstreamer', options));
  withCommonOptions(program.command('bridge'), SERVER_PORT)
    .description('the same as serve --only bridge')
    .allowExcessArguments(false)
    .action((options: Options) => run('bridge', options));
  withCertificateCommand(program, makeCertificate);
  withKeyCommand(program, (text) => process.stdout.write(text));
  addClientCommands(program, terminal);
  addDoctorCommand(withCommonOptions(program.command('doctor'), SERVER_PORT), terminal, diagnose, (own) => {
    const { config, host, port } = { ...program.opts<Options>(), ...own };
    return loadConfig(config, { host, port });
  });
  addCompletionCommand(program, terminal);
  return program;
}
