import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '../../../native/build/Release/sctp-pair');
const TALK = ['messages 6 of 250000 bytes', 'resets 1 3', 'ended', ''];

const run = async (...words: string[]) => (await promisify(execFile)(PROGRAM, words)).stdout.split('\n');

it('an association carries long messages in one piece, and tells of streams that are reset and of its end', async () => {
  expect(await run('talk')).toEqual(TALK);
});

it('packets that are changed at random harm none but their own association', async () => {
  expect(await run('hostile', '40')).toEqual(TALK);
}, 30_000);
