import type { ErrorCode } from '../protocol/errors.ts';
import type { Problem } from '../protocol/http-api/room.ts';

/** An error that the server answered: its stable `code` (docs/errors.md), its HTTP status, and what exactly was wrong as message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly title: string;

  constructor({ code, status, title, detail }: Problem) {
    super(detail);
    this.code = code as ErrorCode;
    this.status = status;
    this.title = title;
  }
}

/** The server could not be reached, or what answered is no webstreamer; `cause` says more. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}
