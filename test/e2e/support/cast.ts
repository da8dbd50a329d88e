import { join } from 'node:path';
import type { PersonOptions } from './browser.ts';
import { Browsers } from './browsers.ts';
import type { Person } from './person.ts';

/** The people of one test or bench. */
export class Cast {
  readonly #browsers: Browsers;
  readonly #isOwner: boolean;
  readonly #people: Person[] = [];

  /** Takes people's browsers from `browsers`; when absent, from some of its own, which end with it. */
  constructor(browsers?: Browsers) {
    this.#browsers = browsers ?? new Browsers();
    this.#isOwner = browsers === undefined;
  }

  /** A person with a browser that nobody else has. */
  async launch(options: PersonOptions): Promise<Person> {
    const person = await this.#browsers.person(options);
    this.#people.push(person);
    return person;
  }

  /** Writes what each person saw to a folder under test-results/. */
  async saveEvidence(testName: string): Promise<void> {
    const folder = join('test-results', testName.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80));
    await Promise.all(this.#people.map((person) => person.saveEvidence(folder)));
  }

  /** Everybody leaves for good. */
  async close(): Promise<void> {
    const results = await Promise.allSettled(this.#people.map((person) => person.close()));
    if (this.#isOwner) results.push(...(await Promise.allSettled([this.#browsers.close()])));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, 'Some browsers could not be ended');
  }
}
