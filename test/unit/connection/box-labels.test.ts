import { expect, it } from 'vitest';
import { BoxLabels, type WhatBoxesShow } from '../../../src/server/connection/box-labels.ts';
import type { Label } from '../../../src/server/room/member.ts';

const BEN = { connection: 'ben', name: 'Ben' } as Label;
const BOX = { streamId: 'box', shows: { source: 'endpoint', endpoint: 'b' } } as const;

it('keeps somebody whose picture is let through again among the stopped, until the page has the box', () => {
  const told: WhatBoxesShow[] = [];
  const labels = new BoxLabels({
    ofBox: () => undefined,
    ofAll: (message) => told.push(message as WhatBoxesShow),
  });
  const source = {
    labels: new Map([['b', { ...BEN, muted: { audio: false, video: false } }]]),
    own: 'a',
    wantsNames: true,
  };
  const whom = () => ({
    stopped: told.at(-1)?.stopped.map(({ name }) => name),
    seen: Object.keys(told.at(-1)?.boxes ?? {}),
  });

  labels.update([], new Set(), { ...source, stopped: ['b'] });
  expect(whom()).toEqual({ stopped: ['Ben'], seen: [] });
  labels.update([BOX], new Set(), { ...source, stopped: [] });
  expect(whom()).toEqual({ stopped: ['Ben'], seen: [] });
  labels.update([BOX], new Set(['box']), { ...source, stopped: [] });
  expect(whom()).toEqual({ stopped: [], seen: ['box'] });
  // Who has gone is not kept.
  labels.update([], new Set(), { ...source, stopped: ['b'] });
  labels.update([], new Set(), { ...source, stopped: [] });
  expect(whom()).toEqual({ stopped: [], seen: [] });
});
