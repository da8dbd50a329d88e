import type { ErrorCode } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/http-api/access.ts';

/** A page that asks to take part in a room, at one connection, with the token that it says, if it does. */
export interface AdmissionRequest {
  room: string;
  connection: string;
  /** The connection was made for one user: only the token that was made with it does. */
  temporary: boolean;
  token: string | undefined;
}

/** How somebody takes part and what they are called, as their token says; null: it does not. */
export interface Admitted {
  role: Role | null;
  name: string | null;
}

/** What came of a request to take part. */
export type Admission = Admitted | { refused: ErrorCode };

/** Decides whether a page may take part. */
export type Admit = (request: AdmissionRequest) => Promise<Admission>;

/** Somebody who needs no token. */
export const ADMITTED: Admitted = { role: null, name: null };
