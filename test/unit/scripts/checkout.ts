import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';

/** A copy of the scripts in a folder of its own, where they find whatever else a test puts there. */
export class Checkout {
  readonly folder = mkdtempSync(join(tmpdir(), 'checkout-'));

  constructor() {
    this.copy('scripts');
  }

  /** Copies a file or a folder of the project. */
  copy(name: string): void {
    cpSync(name, join(this.folder, name), { recursive: true });
  }

  /** Writes a file. */
  write(name: string, content: string, mode = 0o644): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true });
    writeFileSync(join(this.folder, name), content, { mode });
  }

  /** Runs Node in the folder; resolves when it has ended. */
  async node(
    args: string[],
    options: { env?: Record<string, string>; uid?: number } = {},
  ): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, ...options.env },
      ...(options.uid !== undefined && { uid: options.uid }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, output };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
