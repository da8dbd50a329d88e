import type { Command } from 'commander';
import type { RoomStats, ServerStats } from '../../client/index.ts';
import { list, table } from '../table.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand, withExamples } from './client-command.ts';

const kbps = (bps: number | undefined) => (bps === undefined ? null : Math.round(bps / 1000));
const percent = (ratio: number | null | undefined) =>
  ratio === null || ratio === undefined ? null : `${(ratio * 100).toFixed(1)} %`;
const ms = (value: number | null | undefined) => (value === null || value === undefined ? null : Math.round(value));
const megabytes = (bytes: number) => Math.round(bytes / 1e6);

function roomStatsText({ connections }: RoomStats): string {
  if (connections.length === 0) return 'The room has no connections.\n';
  return table(
    ['connection', 'quality', 'in kbit/s', 'loss', 'jitter ms', 'out kbit/s', 'loss', 'round trip ms', 'key frames'],
    connections.map(({ id, quality, incoming, outgoing, keyFrameRequests }) => [
      id,
      quality,
      kbps(incoming?.bitrateBps),
      percent(incoming?.lossRatio),
      ms(incoming?.jitterMs),
      kbps(outgoing?.bitrateBps),
      percent(outgoing?.lossRatio),
      ms(outgoing?.roundTripMs),
      keyFrameRequests,
    ]),
  );
}

function serverStatsText({
  uptimeSeconds,
  rooms,
  connections,
  users,
  workerRestarts,
  server,
  workers,
}: ServerStats): string {
  const counts = list([
    ['up for', `${Math.round(uptimeSeconds)} s`],
    ['rooms', rooms],
    ['connections', connections],
    ['people', users],
    ['workers replaced', workerRestarts],
  ]);
  const processes = [
    ['server', server.pid, server.cpu.toFixed(2), megabytes(server.residentBytes), server.threads, null, null],
    ...workers.map((worker) => [
      'worker',
      worker.pid,
      worker.cpu.toFixed(2),
      megabytes(worker.residentBytes),
      worker.threads,
      worker.rooms,
      worker.endpoints,
    ]),
  ];
  return `${counts}\n${table(['process', 'pid', 'cores', 'MB', 'threads', 'rooms', 'endpoints'], processes)}`;
}

/** `webstreamer stats` and `health`. */
export function addFigureCommands(program: Command, terminal: Terminal): void {
  clientCommand<unknown, [string | undefined]>(
    withExamples(
      program
        .command('stats')
        .description('what the server uses, or how good the connections of a room are')
        .argument('[room]'),
      'webstreamer stats',
      'webstreamer stats lobby --json',
    ),
    terminal,
    async ({ client, show }, _flags, name) => {
      if (name === undefined) {
        const stats = await client.stats();
        show(stats, () => serverStatsText(stats));
      } else {
        const stats = await client.roomStats(name);
        show(stats, () => roomStatsText(stats));
      }
    },
  );
  clientCommand(
    program.command('health').description('whether the server can serve media; exit code 1 when it cannot'),
    terminal,
    async ({ client, show }) => {
      const health = await client.health();
      show(health, () =>
        list([
          ['status', health.status],
          ['version', health.version],
          ['up for', `${Math.round(health.uptimeSeconds)} s`],
          ['rooms', health.rooms?.rooms],
          ['connections', health.rooms?.connections],
          ['connected', health.rooms?.connected],
          ['media workers', health.workers],
          ['bridge users', health.bridge?.users],
        ]),
      );
      if (health.status !== 'ok') process.exitCode = 1;
    },
  );
}
