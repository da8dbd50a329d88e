import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { Subject } from '../../protocol/auth.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import { LinkResource } from '../../protocol/http-api/access.ts';
import { RoomName } from '../../protocol/ids.ts';

const Moment = z.int().min(0);

/**
 * What is kept of links: those that were made; those that were revoked one by one, until they would have expired; and for rooms whose
 * links were all revoked until when these were made, in milliseconds since 1970. Nothing in it lets anybody in.
 */
export const LinkState = z.object({
  links: z.array(LinkResource.extend({ madeBy: Subject.nullable() })),
  revoked: z.record(z.string(), Moment),
  rooms: z.record(RoomName, z.object({ madeUntil: Moment, keptUntil: Moment })),
});
/** See {@link LinkState}. */
export type LinkState = z.infer<typeof LinkState>;

/** Where the state of links is kept. */
export interface LinkStore {
  read(): LinkState;
  write(state: LinkState): void;
}

const nothing = (): LinkState => ({ links: [], revoked: {}, rooms: {} });

/** Keeps the state in memory alone. */
export function memoryStore(): LinkStore {
  let kept = nothing();
  return {
    read: () => structuredClone(kept),
    write: (state) => {
      kept = structuredClone(state);
    },
  };
}

/** Keeps the state in a file that only its owner can read; it is replaced as a whole. Throws `bad-config` when it cannot be used. */
export function fileStore(path: string): LinkStore {
  return {
    read: () => {
      try {
        return LinkState.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return nothing();
        // To go on without it would let in again whoever has been kept out.
        throw new WebstreamerError('bad-config', `${path} does not say which links are revoked: mend or delete it`, {
          cause: error,
        });
      }
    },
    write: (state) => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      const draft = `${path}.${randomBytes(4).toString('hex')}`;
      try {
        writeFileSync(draft, `${JSON.stringify(state)}\n`, { mode: 0o600, flag: 'wx' });
        renameSync(draft, path);
      } finally {
        rmSync(draft, { force: true });
      }
    },
  };
}
