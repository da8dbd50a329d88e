import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ApiEvent } from '../../../src/protocol/http-api/event.ts';

it('docs/events.md has every event with its data, and no other', () => {
  const documentation = readFileSync('docs/events.md', 'utf8');
  const section = documentation.slice(documentation.indexOf('## The events'), documentation.indexOf('## The stream'));
  const documented = [...section.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|/gm)].map(
    ([, type, data]) => [type, [...data!.matchAll(/`([a-zA-Z]+)`/g)].map(([, key]) => key)] as const,
  );
  const known = ApiEvent.options.map(({ shape }) => {
    const { type, room: _room, ...data } = shape;
    return [type.value, Object.keys(data)] as const;
  });
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(known));
});
