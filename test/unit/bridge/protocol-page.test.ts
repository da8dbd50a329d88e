import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AdminHandshake, Handshake } from '../../../src/protocol/signalling/bridge-events.ts';
import { broadcastEvents } from '../../../src/server/bridge/broadcast-events.ts';
import { moderatorEvents } from '../../../src/server/bridge/moderators.ts';
import { peerEvents } from '../../../src/server/bridge/peer-messages.ts';
import { roomEvents } from '../../../src/server/bridge/room-events.ts';
import { userEvents } from '../../../src/server/bridge/user-events.ts';

describe('docs/protocol.md', () => {
  const page = readFileSync('docs/protocol.md', 'utf8');
  const section = (title: string) => page.split(/^## /m).find((text) => text.startsWith(title)) ?? '';
  const firstWords = (text: string) => [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, word]) => word);

  it('names every event that the bridge handles, and no other', () => {
    const handled = [...roomEvents, ...peerEvents, ...userEvents, ...moderatorEvents].map(([event]) => event);
    expect(firstWords(section('Events of a user')).toSorted()).toEqual(handled.toSorted());
    const ofBroadcasts = broadcastEvents.map(([event]) => event);
    expect(firstWords(section('Scalable broadcasts')).toSorted()).toEqual(ofBroadcasts.toSorted());
  });

  it('names every parameter of the URL that the bridge reads, and no other', () => {
    expect(firstWords(section('Transport')).toSorted()).toEqual(
      [...new Set(Object.keys({ ...Handshake.shape, ...AdminHandshake.shape }))].toSorted(),
    );
  });

  it('has the words that pages know', () => {
    const source = readFileSync('src/server/bridge/room-events.ts', 'utf8');
    const words = [...source.matchAll(/'([A-Z][^'{]{8,}[a-z.])'/g)].map(([, text]) => text!);
    expect(words.length).toBeGreaterThan(5);
    for (const text of words) expect(page).toContain(text);
  });
});
