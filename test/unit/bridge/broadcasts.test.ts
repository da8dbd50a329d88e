import { describe, expect, it } from 'vitest';
import { REQUEST, Stage } from './stage.ts';

const query = { enableScalableBroadcast: 'true', maxRelayLimitPerUser: '1' };

/** Somebody who broadcasts as `show`, and viewers; each passes it on to one other when it can. */
function broadcast(...viewers: string[]): Stage {
  const stage = new Stage();
  stage.connect('presenter', { query });
  stage.ask('presenter', 'join-broadcast', { broadcastId: 'show', userid: 'show', typeOfStreams: { audio: true } });
  for (const id of viewers) {
    stage.connect(id, { query });
    stage.ask(id, 'join-broadcast', { broadcastId: 'show', userid: id });
    stage.ask(id, 'can-relay-broadcast');
  }
  return stage;
}

const hints = (userid: string) => JSON.stringify({ typeOfStreams: { audio: true }, userid, broadcastId: 'show' });
const viewers = (numberOfBroadcastViewers: number) => JSON.stringify({ numberOfBroadcastViewers, broadcastId: 'show' });

describe('a scalable broadcast', () => {
  it('is begun by whoever has its id, and passed on from one to the next', () => {
    expect(broadcast('a', 'b').news).toEqual([
      `show number-of-broadcast-viewers-updated ${viewers(0)}`,
      'show start-broadcasting {"audio":true}',
      `show number-of-broadcast-viewers-updated ${viewers(1)}`,
      `a join-broadcaster ${hints('show')}`,
      `show number-of-broadcast-viewers-updated ${viewers(2)}`,
      `b join-broadcaster ${hints('a')}`,
    ]);
  });

  it('lets a viewer and the one that it receives from talk, and nobody else', () => {
    const stage = broadcast('a', 'b');
    stage.told.splice(0);
    expect(stage.ask('b', 'join-room', { sessionid: 'a', extra: { broadcastId: 'show' } })).toEqual([true]);
    stage.say('b', 'a', REQUEST);
    stage.say('a', 'b', { enableMedia: true });
    expect(stage.news).toEqual([
      'b user-connected a',
      'a user-connected b',
      'a video-conference-demo b: newParticipationRequest',
      'b video-conference-demo a: enableMedia',
    ]);
    stage.ask('show', 'open-room', { sessionid: 'show' });
    expect(stage.state.rooms.size).toBe(0);
  });

  it('finds others for those who received from one that has gone', () => {
    const stage = broadcast('a', 'b', 'c');
    stage.told.splice(0);
    stage.leave('a');
    expect(stage.news).toEqual(['b rejoin-broadcast show', `show number-of-broadcast-viewers-updated ${viewers(2)}`]);
    stage.ask('b', 'join-broadcast', { broadcastId: 'show', userid: 'b' });
    expect(stage.news).toEqual([`b join-broadcaster ${hints('show')}`]);
  });

  it('ends with the one who began it', () => {
    const stage = broadcast('a', 'b');
    stage.told.splice(0);
    stage.leave('show');
    expect(stage.news).toEqual(['a broadcast-stopped show', 'b broadcast-stopped show']);
    expect(stage.ask('a', 'check-broadcast-presence', 'show')).toEqual([false]);
    stage.ask('a', 'join-broadcast', { broadcastId: 'show', userid: 'a' });
    expect(stage.news).toEqual(['a broadcast-stopped show']);
  });

  it('says whether it is there, and how many see it', () => {
    const stage = broadcast('a', 'b');
    stage.connect('c');
    expect(stage.ask('c', 'check-broadcast-presence', 'show')).toEqual([true]);
    expect(stage.ask('c', 'check-broadcast-presence', 'a')).toEqual([false]);
    expect(stage.ask('c', 'get-number-of-users-in-specific-broadcast', 'show')).toEqual([2]);
    expect(stage.ask('c', 'get-number-of-users-in-specific-broadcast', {})).toEqual([0]);
  });

  it('carries messages to those who are in it, and to nobody else', () => {
    const stage = broadcast('a', 'b');
    stage.connect('outside', { query });
    stage.told.splice(0);
    stage.ask('a', 'scalable-broadcast-message', { hello: 1 });
    expect(stage.news).toEqual([
      'show scalable-broadcast-message {"hello":1}',
      'b scalable-broadcast-message {"hello":1}',
    ]);
    stage.ask('outside', 'scalable-broadcast-message', { spam: 1 });
    expect(stage.news).toEqual([]);
  });

  it('is nothing for a page that has not said in its URL that it takes part', () => {
    const stage = broadcast();
    stage.connect('page');
    stage.told.splice(0);
    stage.ask('page', 'join-broadcast', { broadcastId: 'show', userid: 'page' });
    expect(stage.news).toEqual([]);
  });

  it('does not give away the id of somebody else', () => {
    const stage = broadcast('a');
    stage.connect('b', { query });
    stage.ask('b', 'join-broadcast', { broadcastId: 'a', userid: 'a' });
    expect(stage.refusals).toEqual(['id-taken']);
    expect(stage.user('b').broadcast).toBeNull();
  });
});
