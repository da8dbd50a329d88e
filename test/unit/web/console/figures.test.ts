import { describe, expect, test } from 'vitest';
import type { ConnectionStats, ServerStats } from '../../../../src/protocol/http-api/stats.ts';
import { roomFigures, serverFigures, TOGETHER } from '../../../../src/web/console/figures.ts';

function stats(id: string, sent: number, lossSent: number | null, lossGot: number | null): ConnectionStats {
  return {
    id,
    quality: 'good',
    keyFrameRequests: 0,
    incoming: { bitrateBps: sent, audioBitrateBps: 0, videoBitrateBps: sent, lossRatio: lossSent, jitterMs: null },
    outgoing: { bitrateBps: sent * 2, lossRatio: lossGot, roundTripMs: sent / 10 },
  };
}

describe('what is plotted of a room', () => {
  const connections = [
    stats('1', 100, 0.1, 0.3),
    stats('2', 300, null, null),
    { ...stats('3', 0, null, null), incoming: null, outgoing: null },
  ];

  test('is the sum of bitrates, and those of whoever has media', () => {
    expect(roomFigures('incoming', connections)).toEqual({ [TOGETHER]: 400, 1: 100, 2: 300 });
    expect(roomFigures('outgoing', connections)).toEqual({ [TOGETHER]: 800, 1: 200, 2: 600 });
  });

  test('is the average of loss, the worse of both ways, and of the round trip', () => {
    expect(roomFigures('loss', connections)).toEqual({ [TOGETHER]: 0.3, 1: 0.3 });
    expect(roomFigures('roundTrip', connections)).toEqual({ [TOGETHER]: 20, 1: 10, 2: 30 });
  });

  test('is nothing while nobody is there', () => {
    expect(roomFigures('incoming', [])).toEqual({});
  });
});

test('what is plotted of the server are its processes, and all together', () => {
  const use = { cpu: 0.5, residentBytes: 100, threads: 10 };
  const server: ServerStats = {
    at: '2026-01-01T12:00:00.000Z',
    uptimeSeconds: 1,
    rooms: 1,
    connections: 2,
    users: 1,
    server: { pid: 1, ...use },
    workers: [{ pid: 2, ...use, cpu: 1, rooms: 1, endpoints: 1 }],
    workerRestarts: 0,
  };
  expect(serverFigures('cpu', server)).toEqual({ [TOGETHER]: 1.5, 'pid 1': 0.5, 'pid 2': 1 });
  expect(serverFigures('memory', server)).toEqual({ [TOGETHER]: 200, 'pid 1': 100, 'pid 2': 100 });
  expect(serverFigures('users', server)).toEqual({ [TOGETHER]: 1 });
});
