import type { Browser } from 'playwright-core';
import { browserArguments, launchBrowser, type PersonOptions } from './browser.ts';
import { FakeMedia } from './fake-media.ts';
import { Person } from './person.ts';
import { processTree } from './process-tree.ts';

/** A Chromium that has one person at a time. */
interface Started {
  browser: Browser;
  pid: number;
}

/**
 * Browsers that are used again: a Chromium takes a second of the processor to start, and the next person with the same camera can have
 * it, in a browser context of their own, which knows nothing of the last one's.
 */
export class Browsers {
  readonly #media = new FakeMedia();
  readonly #idle = new Map<string, Started[]>();
  readonly #persons = new Set<Person>();

  /** A person with a browser that nobody else has; it is free again when they are closed. */
  async person(options: PersonOptions): Promise<Person> {
    const executable = options.executable;
    const args = await browserArguments(this.#media, options);
    const kind = [executable, ...args].join(' ');
    const started = this.#takeIdle(kind) ?? (await launchBrowser(args, executable));
    const context = await started.browser.newContext({
      viewport: options.viewport ?? { width: 960, height: 600 },
      colorScheme: options.dark ? 'dark' : 'light',
    });
    const person = await Person.create({
      name: options.name ?? options.colour,
      context,
      pid: started.pid,
      whenClosed: async () => {
        this.#persons.delete(person);
        // A program of the test's own ends with the test.
        if (executable !== undefined) await started.browser.close();
        else if (started.browser.isConnected()) this.#idle.set(kind, [...(this.#idle.get(kind) ?? []), started]);
      },
    });
    this.#persons.add(person);
    return person;
  }

  /** Ends all browsers; their persons are closed first. */
  async close(): Promise<void> {
    await Promise.all([...this.#persons].map((person) => person.close()));
    const idle = [...this.#idle.values()].flat();
    this.#idle.clear();
    await Promise.all(idle.map(({ browser }) => browser.close()));
    await this.#media.close();
    const left = await Promise.all(idle.map(({ pid }) => processTree(pid)));
    if (left.flat().length > 0) throw new Error(`Browsers could not be ended: ${left.flat().join(', ')}`);
  }

  #takeIdle(kind: string): Started | undefined {
    const idle = this.#idle.get(kind) ?? [];
    for (let started = idle.pop(); started; started = idle.pop()) if (started.browser.isConnected()) return started;
    return undefined;
  }
}
