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
  WORKER_OPTIONS_VARIABLE,
  WorkerMessage,
  type WorkerOptionsInput,
} from '../../protocol/media-ipc/messages.ts';

/** How long the supervisor waits; all in milliseconds. */
export interface WorkerDeadlines {
  startMs: number;
  callMs: number;
  /** For each step of a stop: asking, then SIGTERM, then SIGKILL. */
  stopMs: number;
  /** Between two looks whether the worker still answers. */
  checkMs: number;
}

/** How a worker is forked. */
export interface WorkerSpec {
  entry: string;
  options: WorkerOptionsInput;
  deadlines: WorkerDeadlines;
  logger: Logger;
}

/** A worker that leaves this many looks in a row unanswered is ended: one alone may be the fault of a machine that slept. */
const MAX_MISSED_CHECKS = 2;
/** How much of what a worker wrote last is told when it dies. */
const LAST_WORDS = 2_000;

interface WorkerEvents {
  endpoint: [endpoint: string, event: EndpointEvent];
  levels: [room: string, levels: Record<string, number>];
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
  /** What the lines of the log say of the rooms and endpoints in the worker, by their ids, beside what the worker says. */
  readonly subjects = new Map<unknown, Readonly<Record<string, string>>>();
  readonly #spec: WorkerSpec;
  readonly #child: ChildProcess;
  readonly #logger: Logger;
  readonly #calls = new Map<number, PendingCall>();
  readonly #exited: Promise<void>;
  #state: 'starting' | 'running' | 'stopping' | 'stopped' | 'died' = 'starting';
  #lastCallId = 0;
  #started!: PendingCall;
  #stopping: Promise<void> | null = null;
  #check: NodeJS.Timeout | undefined;
  #lastWords = '';

  constructor(spec: WorkerSpec) {
    this.#spec = spec;
    this.#child = fork(spec.entry, [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // With an arena for each of its many short-lived threads, glibc keeps a third of a megabyte per call that has ended.
      env: { ...process.env, MALLOC_ARENA_MAX: '2', [WORKER_OPTIONS_VARIABLE]: JSON.stringify(spec.options) },
    });
    this.#logger = spec.logger.child({ worker: this.#child.pid });
    const started = new Promise<unknown>((resolve, reject) => {
      this.#started = { resolve, reject };
    });
    this.#exited = new Promise((resolve) => {
      // Not on `exit`: what the worker said last may still be on its way then.
      this.#child.once('close', (code, signal) => {
        this.#onEnd(`ended with ${signal ?? `exit code ${code ?? '?'}`}`);
        resolve();
      });
      this.#child.on('error', (error) => {
        this.#logger.error({ err: error }, 'something is wrong with a media worker');
        if (this.#child.pid !== undefined) return;
        this.#onEnd(`cannot be forked: ${error.message}`); // there never was a process that could end
        resolve();
      });
    });
    this.#child.on('message', (message) => {
      this.#onMessage(message);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = `${this.#lastWords}${text}`.slice(-LAST_WORDS);
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
      if (this.#state !== 'starting') return; // told to stop meanwhile
      this.#state = 'running';
      this.#checkLater(0);
    } catch (error) {
      this.#child.kill('SIGKILL');
      throw error;
    }
  }

  /** A process can live and answer nothing, and its rooms would stand still for ever. */
  #checkLater(missed: number): void {
    this.#check = setTimeout(() => {
      this.call('dump', {}).then(
        () => {
          if (this.running) this.#checkLater(0);
        },
        () => {
          if (!this.running) return;
          if (missed + 1 < MAX_MISSED_CHECKS) this.#checkLater(missed + 1);
          else this.#child.kill('SIGKILL');
        },
      );
    }, this.#spec.deadlines.checkMs);
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
      case 'levels':
        this.events.emit('levels', message.room, message.levels);
        break;
      case 'log':
        this.#logger[message.level]({ ...message.fields, ...this.#subjectOf(message.fields) }, message.message);
        break;
    }
  }

  #subjectOf({ endpoint, room }: { endpoint?: unknown; room?: unknown }): Readonly<Record<string, string>> | undefined {
    return this.subjects.get(endpoint) ?? this.subjects.get(room);
  }

  #onEnd(how: string): void {
    if (this.#state === 'stopped' || this.#state === 'died') return;
    const expected = this.#state === 'stopping';
    this.#state = expected ? 'stopped' : 'died';
    clearTimeout(this.#check);
    const error = new WebstreamerError('media-worker-died', `the media worker ${how}`);
    this.#started.reject(error);
    for (const call of this.#calls.values()) call.reject(error);
    if (expected) return;
    this.#logger.error({ how, lastWords: this.#lastWords }, 'the media worker died');
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
    clearTimeout(this.#check);
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
