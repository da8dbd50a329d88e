import { describe } from 'vitest';
import { test } from './support/test.ts';
import { ourPage } from './support/pages.ts';
import { startServer } from './support/server.ts';

describe('a person in a call with webstreamer', () => {
  test('is back by themselves after the server was started anew', async ({ cast }) => {
    const first = await startServer();
    const anna = await cast.launch({ colour: 'red' });
    try {
      await anna.open(ourPage(first.origin));
      await anna.join('1');
      await anna.waitForText('#status', 'Connected to 1');
    } finally {
      await first.close();
    }
    await anna.waitForText('#status', 'Reconnecting');
    const second = await startServer({ port: first.port });
    try {
      await second.waitForState('lobby', '1', 'connected', 30_000);
      await anna.waitForText('#status', 'Connected to 1');
      await anna.waitForColours(['other']);
      await anna.waitForFrames();
    } finally {
      await second.close();
    }
  });

  test('is told when the operator has taken the connection away for good', async ({ cast }) => {
    const server = await startServer();
    try {
      const anna = await cast.launch({ colour: 'red' });
      await anna.open(ourPage(server.origin));
      await anna.join('1');
      await anna.waitForText('#status', 'Connected to 1');
      await server.api('DELETE', '/api/v1/rooms/lobby/connections/1');
      await anna.waitForText('#notice', 'The room is closed');
      await anna.waitForText('#status', 'Not connected');
    } finally {
      await server.close();
    }
  });
});
