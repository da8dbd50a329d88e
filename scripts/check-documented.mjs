#!/usr/bin/env node
// Refuses exported names without a doc comment, in the folders that are named as arguments.
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import process from 'node:process';
import { undocumentedExports } from './undocumented-exports.mjs';
import { filesBelow } from './setup/stamp.mjs';

const found = process.argv
  .slice(2)
  .flatMap((folder) => filesBelow(folder))
  .filter((path) => extname(path) === '.ts')
  .flatMap((path) => undocumentedExports(path, readFileSync(path, 'utf8')));
for (const { path, line, name } of found) console.log(`${path}:${String(line)}: ${name} has no doc comment`);
process.exitCode = found.length === 0 ? 0 : 1;
