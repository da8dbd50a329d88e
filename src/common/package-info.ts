import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const Manifest = z.object({ version: z.string() });

/** The folder and the version of the package that a module lies in; found from the nearest package.json above `moduleUrl`. */
export function packageInfo(moduleUrl: string): { root: string; version: string } {
  let root = dirname(fileURLToPath(moduleUrl));
  while (!existsSync(join(root, 'package.json'))) {
    if (root === dirname(root)) throw new Error(`There is no package.json above ${moduleUrl}`);
    root = dirname(root);
  }
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return { root, version: Manifest.parse(manifest).version };
}
