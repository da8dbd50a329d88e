import { afterEach, describe, expect, it } from 'vitest';
import { BridgeServer, Page } from './bridge-server.ts';

const ACCOUNT = { userName: 'operator', password: 'a long password' };
const LOGIN = { adminUserName: ACCOUNT.userName, adminPassword: ACCOUNT.password };
const open: BridgeServer[] = [];
const start = async (admin: typeof ACCOUNT | undefined): Promise<BridgeServer> => {
  const server = await BridgeServer.start({ admin, graceMs: 10 });
  open.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

describe('somebody who administrates', () => {
  it.each([
    ['there is no such account', undefined, LOGIN, /^Please pass "adminUserName"/],
    ['the password is wrong', ACCOUNT, { ...LOGIN, adminPassword: 'a long passwore' }, /^Invalid admin username/],
    ['the name is wrong', ACCOUNT, { ...LOGIN, adminUserName: 'root' }, /^Invalid admin username/],
    ['nothing is said', ACCOUNT, {}, /^Please pass "adminUserName"/],
  ])('is told why not and closed when %s', async (_title, account, query, error) => {
    const server = await start(account);
    const page = new Page(server.url, 'admin', query);
    const closed = new Promise((resolve) => page.socket.once('disconnect', resolve));
    await page.connected();
    const [answer] = await page.next('admin');
    expect((answer as { error: string }).error).toMatch(error);
    expect(await closed).toBe('io server disconnect');
    await server.books({ sockets: 0, users: 0, timers: 0 });
  });

  it('cannot guess on and on', async () => {
    const server = await start(ACCOUNT);
    for (let i = 0; i < 10; i++) {
      const page = await server.page('admin', { ...LOGIN, adminPassword: `guess number ${i}` });
      await page.next('admin');
    }
    const right = await server.page('admin', LOGIN);
    expect(await right.next('admin')).toEqual([{ error: 'Invalid admin username or password.' }]);
  });

  it('sees rooms without their passwords, users, and that something has changed', async () => {
    const server = await start(ACCOUNT);
    const owner = await server.page('owner');
    await owner.ask('open-room', { sessionid: 'room', password: 'secret', extra: { n: 1 } });
    const admin = await server.page('admin', LOGIN);
    expect(await admin.next('admin')).toEqual([{ connected: true }]);
    admin.socket.emit('admin', { all: true });
    const [all] = await admin.next('admin');
    expect(all).toMatchObject({
      newUpdates: false,
      listOfRooms: { room: { owner: 'owner', participants: ['owner'], extra: { n: 1 }, isPasswordProtected: true } },
      listOfUsers: 1,
      scalableBroadcastUsers: 0,
    });
    expect(JSON.stringify(all)).not.toContain('secret');
    expect(await admin.ask('admin', { userinfo: true, userid: 'owner' })).toMatchObject([{ sessionid: 'room' }]);
    expect(await admin.ask('admin', { userinfo: true, userid: 'nobody' })).toEqual([
      { error: 'User ID does not exist' },
    ]);
    await server.page('another');
    const [update] = await admin.next('admin');
    expect(update).toEqual({ newUpdates: true, listOfRooms: [], listOfUsers: 2, scalableBroadcastUsers: 0 });
  });

  it('sends users away, and ends rooms with all who are in them', async () => {
    const server = await start(ACCOUNT);
    const [owner, guest, other] = [await server.page('owner'), await server.page('guest'), await server.page('other')];
    await owner.ask('open-room', { sessionid: 'room' });
    await guest.ask('join-room', { sessionid: 'room' });
    const admin = await server.page('admin', LOGIN);
    const end = (page: Page) => new Promise((resolve) => page.socket.once('disconnect', resolve));
    const otherEnd = end(other);
    expect(await admin.ask('admin', { deleteUser: true, userid: 'other' })).toEqual([true]);
    expect(await otherEnd).toBe('io server disconnect');
    const ends = [end(owner), end(guest)];
    expect(await admin.ask('admin', { deleteRoom: true, roomid: 'room' })).toEqual([true]);
    expect(await Promise.all(ends)).toEqual(['io server disconnect', 'io server disconnect']);
    await server.books({ users: 0, rooms: 0 });
    for (const nonsense of [null, 'all', { deleteUser: true, userid: '<b>' }, { all: {} }, []])
      admin.socket.emit('admin', nonsense, 'no function');
    expect(await admin.ask('admin', { clearLogs: true })).toEqual([true]);
  });
});
