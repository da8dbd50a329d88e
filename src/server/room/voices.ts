import { LOUDEST } from './loudest.ts';

/** A pause that does not end what somebody says. */
const PAUSE_MS = 500;

/** Who is speaking at the moment, by the levels of a room's people in dBov. */
export class Voices {
  readonly #heardMs = new Map<string, number>();

  /** Whether this person's voice is heard. */
  speaks(id: string): boolean {
    return this.#heardMs.has(id);
  }

  /** Takes a measurement; those who are not in it are silent. Returns the ids of those who began or ceased to speak. */
  hear(levels: ReadonlyMap<string, number>, nowMs: number): string[] {
    const changed: string[] = [];
    for (const [id, db] of levels) {
      if (db < LOUDEST.speechDb) continue;
      if (!this.#heardMs.has(id)) changed.push(id);
      this.#heardMs.set(id, nowMs);
    }
    for (const [id, heardMs] of this.#heardMs) {
      if (nowMs - heardMs < PAUSE_MS) continue;
      this.#heardMs.delete(id);
      changed.push(id);
    }
    return changed;
  }

  /** Somebody is not there any more. */
  forget(id: string): void {
    this.#heardMs.delete(id);
  }
}
