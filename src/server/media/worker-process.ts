import { type ChildProcess, fork } from 'node:child_process';
import { withDeadline } from '../../common/deadline.ts';
import type { Logger } from '../../common/logger.ts';
import { TypedEmitter } from '../../common/typed-emitter.ts';
import { isErrorCode, WebstreamerError } from '../../protocol/errors.ts';
import {
  type EndpointEvent,
  type Method,
  METHODS,
  type Params,
  type Result,
  WorkerMessage,
  type WorkerOptions,
} from '../../protocol/media-ipc/messages.ts';

/** How long the supervisor waits; all in milliseconds. */
export interface WorkerDeadlines {
  startMs: number;
  callMs: number;
  /** For each step of a stop: asking, then SIGTERM, then SIGKILL. */
  stopMs: number;
}

/** How a worker is forked. */
export interface WorkerSpec {
  entry: string;
  options: WorkerOptions;
  deadlines: WorkerDeadlines;
  logger: Logger;
}

interface WorkerEvents {
  endpoint: [endpoint: string, event: EndpointEvent];
  /** The process has ended without having been told to. */
  died: [];
}

interface PendingCall {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** One forked media worker: `starting → running → stopping → stopped`, or `died` from any of them. */
export class WorkerProcess {
  readonly events = new TypedEmitter<WorkerEvents>();
  /** Resolves when the worker is warm; rejects when it cannot start, or not in time. */
  readonly ready: Promise<void>;
  readonly #spec: WorkerSpec;
  readonly #child: ChildProcess;
  readonly #logger: Logger;
  readonly #calls = new Map<number, PendingCall>();
  readonly #exited: Promise<void>;
  #state: 'starting' | 'running' | 'stopping' | 'stopped' | 'died' = 'starting';
  #lastCallId = 0;
  #started!: PendingCall;
  #stopping: Promise<void> | null = null;

  constructor(spec: WorkerSpec) {
    this.#spec = spec;
    this.#child = fork(spec.entry, [JSON.stringify(spec.options)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // With an arena for each of its many short-lived threads, glibc keeps a third of a megabyte per call that has ended.
      env: { ...process.env, MALLOC_ARENA_MAX: '2' },
    });
    this.#logger = spec.logger.child({ worker: this.#child.pid });
    const started = new Promise<unknown>((resolve, reject) => {
      this.#started = { resolve, reject };
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#onExit(code, signal);
        resolve();
      });
    });
    this.#child.once('error', (error) => {
      this.#started.reject(new WebstreamerError('media-unavailable', error.message));
    });
    this.#child.on('message', (message) => {
      this.#onMessage(message);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#logger.debug({ text: text.slice(0, 2000) }, 'the media worker writes to its standard error');
    });
    this.ready = this.#start(started);
    this.ready.catch(() => undefined);
  }

  async #start(started: Promise<unknown>): Promise<void> {
    try {
      const { startMs } = this.#spec.deadlines;
      await withDeadline(
        started,
        startMs,
        () => new WebstreamerError('media-timeout', 'the media worker did not start'),
      );
      this.#state = 'running';
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    }
  }

  /** The process id. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** Whether calls can be made. */
  get running(): boolean {
    return this.#state === 'running';
  }

  /** Makes a call. Rejects with the worker's error, with `media-worker-died`, or with `media-timeout`. */
  async call<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (this.#state !== 'running') throw new WebstreamerError('media-worker-died');
    return await this.#send(method, params, this.#spec.deadlines.callMs);
  }

  async #send<M extends Method>(method: M, params: Params<M>, deadlineMs: number): Promise<Result<M>> {
    const id = ++this.#lastCallId;
    const answered = new Promise<unknown>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.#child.send({ id, method, params }, (error) => {
        if (error) reject(new WebstreamerError('media-worker-died', error.message));
      });
    });
    try {
      const result = await withDeadline(
        answered,
        deadlineMs,
        () => new WebstreamerError('media-timeout', `no answer to ${method}`),
      );
      return METHODS[method].result.parse(result) as Result<M>;
    } finally {
      this.#calls.delete(id);
    }
  }

  #onMessage(raw: unknown): void {
    const parsed = WorkerMessage.safeParse(raw);
    if (!parsed.success) {
      this.#logger.error({ problem: parsed.error.message }, 'the media worker sent something unknown');
      return;
    }
    const message = parsed.data;
    switch (message.kind) {
      case 'ready':
        this.#started.resolve(undefined);
        break;
      case 'unable':
        this.#started.reject(remoteError(message));
        break;
      case 'result':
        this.#calls.get(message.id)?.resolve(message.result);
        break;
      case 'error':
        this.#calls.get(message.id)?.reject(remoteError(message));
        break;
      case 'event':
        this.events.emit('endpoint', message.endpoint, message.event);
        break;
      case 'log':
        this.#logger[message.level](message.fields, message.message);
        break;
    }
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const expected = this.#state === 'stopping';
    this.#state = expected ? 'stopped' : 'died';
    const error = new WebstreamerError(
      'media-worker-died',
      `the media worker ended with ${signal ?? `exit code ${code ?? '?'}`}`,
    );
    this.#started.reject(error);
    for (const call of this.#calls.values()) call.reject(error);
    if (expected) return;
    this.#logger.error({ code, signal }, 'the media worker died');
    this.events.emit('died');
  }

  /** Ends the process: asks it, then SIGTERM, then SIGKILL. The same promise on each call. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#state === 'stopped' || this.#state === 'died') return;
    const ask = this.#state === 'running';
    this.#state = 'stopping';
    const { stopMs } = this.#spec.deadlines;
    if (ask) await this.#send('stop', {}, stopMs).catch(() => undefined);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      if (await this.#exitsWithin(ask && signal === 'SIGTERM' ? 200 : 0)) return;
      this.#child.kill(signal);
      if (await this.#exitsWithin(stopMs)) return;
    }
  }

  async #exitsWithin(ms: number): Promise<boolean> {
    return await withDeadline(
      this.#exited.then(() => true),
      ms,
      () => new Error('still running'),
    ).catch(() => false);
  }
}

function remoteError({ code, detail }: { code: string; detail: string }): WebstreamerError {
  return new WebstreamerError(isErrorCode(code) ? code : 'internal', detail);
}
