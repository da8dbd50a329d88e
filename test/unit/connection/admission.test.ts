import { describe, expect, it } from 'vitest';
import type { Admission } from '../../../src/server/connection/admission.ts';
import { Connection } from '../../../src/server/connection/connection.ts';
import { REQUEST } from '../bridge/stage.ts';
import { FakeLink } from './fake-link.ts';
import { Stage, turns } from './stage.ts';

/** A second connection of the stage's room, which admits by `answers`, token by token. */
async function guarded(answers: Record<string, Admission>) {
  const stage = await Stage.set();
  const link = new FakeLink();
  const told: [to: string, message: unknown][] = [];
  link.sent.on('message', (to, message) => told.push([to, message]));
  const asked: (string | undefined)[] = [];
  const connection = new Connection({
    id: 'door',
    room: stage.room,
    link,
    logger: stage.log,
    admit: async (token) => {
      asked.push(token);
      await turns();
      return answers[token ?? 'none'] ?? { refused: 'not-authenticated' };
    },
  });
  stage.room.add(connection);
  link.goUp();
  const ask = async (user: string, more: object) => {
    const envelope = { remoteUserId: 'door', message: REQUEST, sender: user, ...more };
    link.events.emit('message', { sender: user, message: { ...REQUEST, newParticipationRequest: true }, envelope });
    for (let i = 0; i < 5; i++) await turns();
  };
  return { stage, link, told, asked, connection, ask };
}

const withToken = (token: string) => ({ extra: { webstreamer: { token } } });

describe('a connection that admits by token', () => {
  it('gives the seat to who has one, under the name and in the role that it says', async () => {
    const { connection, ask, told, asked } = await guarded({ good: { role: 'viewer', name: 'Anna' } });
    await ask('anna', { extra: { fullName: 'Somebody', webstreamer: { token: 'good' } } });
    expect(connection.resource).toMatchObject({ user: 'anna', name: 'Anna', role: 'viewer', state: 'joining' });
    expect(connection.stream).toBeNull();
    expect([asked, told.map(([to, message]) => [to, Object.keys(message as object)[0]])]).toEqual([
      ['good'],
      [['anna', 'enableMedia']],
    ]);
  });

  it.each([
    ['nothing', {}, 'not-authenticated'],
    ['another token', withToken('bad'), 'not-authenticated'],
    ['one that has expired', withToken('old'), 'token-expired'],
    ['one of another room', withToken('foreign'), 'not-allowed'],
    ['no text', { extra: { webstreamer: { token: 7 } } }, 'not-authenticated'],
  ] as const)('turns away who says %s, with the reason, and logs no token', async (_what, more, reason) => {
    const { connection, ask, told, link, stage } = await guarded({
      old: { refused: 'token-expired' },
      foreign: { refused: 'not-allowed' },
    });
    await ask('mallory', more);
    expect(told).toEqual([['mallory', { userLeft: true, reason }]]);
    expect(link.dismissed).toEqual(['mallory']);
    expect(connection.resource).toMatchObject({ state: 'waiting', user: null });
    const warnings = stage.log.of('warn');
    expect(warnings).toMatchObject([{ fields: { user: 'mallory', code: reason } }]);
    expect(JSON.stringify(stage.log.lines)).not.toMatch(/"(bad|old|foreign)"/);
  });

  it('takes the token of an older client in place of its password', async () => {
    const { connection, ask } = await guarded({ good: { role: null, name: null } });
    await ask('anna', { password: 'good', extra: { fullName: 'Anna' } });
    expect(connection.resource).toMatchObject({ user: 'anna', name: 'Anna', role: 'participant' });
  });

  it('asks nobody again who has the seat, and everybody who comes after', async () => {
    const { connection, ask, asked, link } = await guarded({ good: { role: 'host', name: 'Anna' } });
    await ask('anna', withToken('good'));
    await ask('anna', {});
    expect([connection.resource.user, connection.resource.role, asked]).toEqual(['anna', 'host', ['good']]);
    link.events.emit('message', {
      sender: 'anna',
      message: { userLeft: true },
      envelope: { remoteUserId: 'door', message: { userLeft: true }, sender: 'anna' },
    });
    await turns();
    expect(connection.resource).toMatchObject({ user: null, role: 'participant', name: 'door' });
    await ask('anna', {});
    expect([connection.resource.user, asked]).toEqual([null, ['good', undefined]]);
  });

  it('lets nobody else have the seat, and does not even look at their token', async () => {
    const { connection, ask, asked } = await guarded({ good: { role: null, name: null } });
    await ask('anna', withToken('good'));
    await ask('ben', withToken('good'));
    expect([connection.resource.user, asked]).toEqual(['anna', ['good']]);
  });
});
