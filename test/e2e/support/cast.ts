import { join } from 'node:path';
import { launchPerson, type PersonOptions } from './browser.ts';
import { FakeMedia } from './fake-media.ts';
import type { Person } from './person.ts';

/** The people of one test or bench. */
export class Cast {
  readonly #media = new FakeMedia();
  readonly #people: Person[] = [];

  /** A person with a browser of their own. */
  async launch(options: PersonOptions): Promise<Person> {
    const person = await launchPerson(this.#media, options);
    this.#people.push(person);
    return person;
  }

  /** Writes what each person saw to a folder under test-results/. */
  async saveEvidence(testName: string): Promise<void> {
    const folder = join('test-results', testName.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 80));
    await Promise.all(this.#people.map((person) => person.saveEvidence(folder)));
  }

  /** Ends every browser. */
  async close(): Promise<void> {
    const results = await Promise.allSettled(this.#people.map((person) => person.close()));
    await this.#media.close();
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    if (errors.length > 0) throw new AggregateError(errors, 'Some browsers could not be ended');
  }
}
