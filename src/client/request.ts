import { ApiError, UnreachableError } from './errors.ts';
import type { Problem } from '../protocol/http-api/room.ts';

/** Where the server is, and as whom it is asked. */
export interface ClientOptions {
  /** The server's address, such as `https://meet.example.org`. */
  url: string;
  /** An API key or a token. */
  token?: string | undefined;
  /** In place of the platform's own `fetch`. */
  fetch?: typeof fetch;
}

/** What one request consists of; `path` below the server's address, `etag` for `If-Match`. */
export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  etag?: string | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** A status that is an answer, too, unless it comes with a problem. */
  alsoAnswer?: number;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

const isProblemType = (response: Response) =>
  response.headers.get('content-type')?.startsWith('application/problem+json') === true;

/** Sends requests to one server. */
export class Requester {
  readonly #url: string;
  readonly #token: string | undefined;
  readonly #fetch: typeof fetch;

  constructor({ url, token, fetch: given }: ClientOptions) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#fetch = given ?? ((...args) => fetch(...args));
  }

  /** The answer to a request that succeeds; rejects with an {@link ApiError} or an {@link UnreachableError}. */
  async send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const { query = {}, body, etag, headers, signal, alsoAnswer } = options;
    const search = new URLSearchParams();
    for (const [key, value] of Object.entries(query)) if (value !== undefined) search.set(key, String(value));
    let response: Response;
    try {
      response = await this.#fetch(`${this.#url}${path}${search.size > 0 ? `?${search.toString()}` : ''}`, {
        method,
        headers: {
          ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(etag !== undefined && { 'if-match': etag }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        ...(signal && { signal }),
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new UnreachableError(`${this.#url} cannot be reached`, { cause: error });
    }
    if (response.ok || (response.status === alsoAnswer && !isProblemType(response))) return response;
    const problem: unknown = await response.json().catch(() => undefined);
    if (isProblem(problem)) throw new ApiError(problem);
    throw new UnreachableError(`What answers at ${this.#url} is no webstreamer (status ${response.status})`);
  }

  /** The JSON that a request is answered with. */
  async json<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
    const response = await this.send(method, path, options);
    return (await response.json()) as T;
  }
}
