import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OriginalServer } from '../connection/original-servers.ts';
import { BridgeServer, NOTHING } from './bridge-server.ts';
import { legacySessions } from './original-legacy-sessions.ts';
import { sessions } from './original-sessions.ts';
import { play } from './script.ts';

/** Differences of the table that no such session can show, and where they are seen. */
const SHOWN_ELSEWHERE: Record<string, string> = {
  'ids may be anything': 'bridge.test.ts',
  'a room with `autoCloseEntireSession` can be opened by others while its owner reconnects': 'strangers.test.ts',
  'a lost socket is a user gone, at once': 'bridge.test.ts',
  'passwords are compared as they are': 'src/server/bridge/password.ts',
  'an event with `null` for an object ends the process': 'bridge.test.ts',
  'an id is for whoever connects first': 'session-secret.test.ts',
  'whoever administrates sees passwords': 'admin.test.ts',
  'passwords can be guessed for ever': 'passwords.test.ts',
  'a socket may send what it likes, as much as it likes': 'limits.test.ts',
};

describe.each([
  ['rtcmulticonnection-server 1.3.3', 'current', sessions],
  ['the server of rtcmulticonnection 3.4.5', 'legacy', legacySessions],
] as const)('the same session at %s and here', (_server, generation, scripts) => {
  let there: OriginalServer;
  let here: BridgeServer;
  beforeAll(async () => {
    there = await OriginalServer.start(generation);
    here = await BridgeServer.start({ graceMs: 1 });
  });
  afterAll(async () => {
    await there.close();
    await here.close();
  });

  it.each(Object.entries(scripts))('%s', async (_title, steps) => {
    const toldThere = await play(there.url, steps);
    const expected = toldThere.map(({ deed, heard }, i) => ({ deed, heard: steps[i]!.here?.(heard) ?? heard }));
    expect(await play(here.url, steps)).toEqual(expected);
    for (const [i, { here: differs }] of steps.entries()) if (differs) expect(expected[i]).not.toEqual(toldThere[i]);
    await here.books(NOTHING);
  });
});

describe('the table of differences in docs/protocol.md', () => {
  it('has a row for each difference that is shown, and no other', () => {
    const section = readFileSync('docs/protocol.md', 'utf8').split('## What is different')[1] ?? '';
    const rows = [...section.matchAll(/^\| ([^|]+?) +\|/gm)].map(([, there]) => there!).slice(2);
    const shown = Object.values(sessions).flatMap((steps) => steps.flatMap(({ row }) => row ?? []));
    expect(rows.toSorted()).toEqual([...new Set([...shown, ...Object.keys(SHOWN_ELSEWHERE)])].toSorted());
  });
});
