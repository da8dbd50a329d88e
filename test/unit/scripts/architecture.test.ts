import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const text = readFileSync('ARCHITECTURE.md', 'utf8');

/** The folders below `folder`. */
function folders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => `${folder}/${entry.name}`);
}

describe('ARCHITECTURE.md', () => {
  it('names folders that exist, and every one that has our code', () => {
    const block = /## Folders\n\n```\n([^`]*)```/.exec(text)![1]!;
    const named = [...block.matchAll(/(?:^| )([a-z]+\/[\w/.-]*)/gm)].map(([, path]) => path!.replace(/\/$/, ''));
    const ours = [...folders('src'), ...folders('src/server')].filter((folder) => folder !== 'src/server');
    expect(named).toEqual(expect.arrayContaining(ours));
    for (const path of block.matchAll(/^((?:src|native|scripts|test|bench|examples|docs)\S*)/gm)) {
      expect([path[1], existsSync(path[1]!)]).toEqual([path[1], true]);
    }
  });

  it('links to files that exist', () => {
    for (const [, path] of text.matchAll(/\]\(([^)#]+)\)/g)) expect([path, existsSync(path!)]).toEqual([path, true]);
  });
});
