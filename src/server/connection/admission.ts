import type { ErrorCode } from '../../protocol/errors.ts';
import type { Role } from '../../protocol/http-api/access.ts';

/** A page that asks to take part in a room, at one connection, with the token that it says, if it does. */
export interface AdmissionRequest {
  room: string;
  connection: string;
  /** The connection was made for one user: only the token made with it does. */
  temporary: boolean;
  token: string | undefined;
}

/** How somebody may take part, as their token says (null: it does not); or why they may not. */
export type Admission = { role: Role | null; name: string | null } | { refused: ErrorCode };

/** Decides whether a page may take part. */
export type Admit = (request: AdmissionRequest) => Promise<Admission>;

/** Lets everybody in. */
export const admitAnybody: Admit = () => Promise.resolve({ role: null, name: null });
