import { Command, InvalidArgumentError } from 'commander';
import { type CertificateOptions, ownNames } from './certificate.ts';
import { loadConfig } from './config-file.ts';
import { withKeyCommand } from './key.ts';
import type { Config } from '../protocol/config.ts';
import { WebstreamerError } from '../protocol/errors.ts';

/** The port of the HTTP API of `webstreamer rooms`: beside that of a bridge on the same machine. */
const ROOMS_PORT = 9002;

/** What can be started. */
export type Role = 'webstreamer' | 'bridge' | 'rooms';

/** Starts a role with its configuration. */
export type StartRole = (role: Role, config: Config) => Promise<void>;

/** What the command line leads to. */
export interface Actions {
  start: StartRole;
  makeCertificate: (options: CertificateOptions) => Promise<void>;
}

interface Options {
  config?: string;
  host?: string;
  port?: number;
  bridge?: string;
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
export function createProgram(version: string, { start, makeCertificate }: Actions): Command {
  const program = withCommonOptions(new Command('webstreamer'), 9001)
    .description('Multipoint video conferencing for RTCMultiConnection pages: bridge, rooms and pages in one process.')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('Try: webstreamer --help')
    .allowExcessArguments(false);

  // Options may stand before the command's name or after it.
  const run = (role: Role, own: Options, defaults: { port?: number } = {}) => {
    const options = { ...program.opts<Options>(), ...own };
    const { host, port, bridge: bridgeUrl } = options;
    const config = loadConfig(options.config, { host, port, bridgeUrl }, defaults);
    if (role === 'rooms' && config.bridge.url === undefined) {
      throw new WebstreamerError('bad-config', 'webstreamer rooms needs --bridge URL, or bridge.url in the file');
    }
    return start(role, config);
  };
  program.action((options: Options) => run('webstreamer', options));
  withCommonOptions(program.command('bridge'), 9001)
    .description('the bridge and the pages only')
    .allowExcessArguments(false)
    .action((options: Options) => run('bridge', options));
  withCommonOptions(program.command('rooms'), ROOMS_PORT)
    .description('the rooms and their HTTP API only, on any compatible bridge')
    .option('--bridge <url>', 'the URL of the bridge, such as http://127.0.0.1:9001')
    .allowExcessArguments(false)
    .action((options: Options) => run('rooms', options, { port: ROOMS_PORT }));
  withCertificateCommand(program, makeCertificate);
  withKeyCommand(program, (text) => process.stdout.write(text));
  return program;
}
