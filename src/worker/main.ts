import { WebstreamerError } from '../protocol/errors.ts';
import { Request, WORKER_OPTIONS_VARIABLE, type WorkerMessage, WorkerOptions } from '../protocol/media-ipc/messages.ts';
import { Dispatcher } from './dispatcher.ts';
import { type GstBinding, loadBinding } from './gst/binding.ts';
import { missingElements } from './gst/elements.ts';
import { localAddresses } from './local-addresses.ts';
import { Slates } from './slates.ts';
import { Traffic } from './traffic.ts';
import { warmUp } from './warm-up.ts';
import type { WorkerContext } from './worker-context.ts';

const WATCH_INTERVAL_MS = 1000;

// The server may be gone: what it would have been told is then of no use to anybody.
function send(message: WorkerMessage, onSent: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, undefined, onSent);
}

function makeContext(gst: GstBinding, options: WorkerOptions): WorkerContext {
  const log: WorkerContext['log'] = (level, fields, message) => {
    send({ kind: 'log', level, fields, message });
  };
  return {
    gst,
    options,
    // Each time anew: a machine changes its network while the worker runs.
    get addresses() {
      return options.iceAddresses.length > 0 ? options.iceAddresses : localAddresses();
    },
    slates: new Slates(gst, (problem) => {
      log('error', { problem }, 'the slate fails');
    }),
    traffic: new Traffic(),
    report: (endpoint, event) => {
      send({ kind: 'event', endpoint, event });
    },
    reportLevels: (room, levels) => {
      send({ kind: 'levels', room, levels });
    },
    log,
  };
}

async function answer(dispatcher: Dispatcher, message: unknown): Promise<void> {
  const request = Request.parse(message);
  try {
    send({ kind: 'result', id: request.id, result: await dispatcher.call(request) });
  } catch (error) {
    const code = error instanceof WebstreamerError ? error.code : 'internal';
    send({ kind: 'error', id: request.id, code, detail: error instanceof Error ? error.message : String(error) });
  }
}

function load(): GstBinding {
  let gst: GstBinding;
  try {
    gst = loadBinding();
  } catch (error) {
    throw new WebstreamerError(
      'gstreamer-missing',
      `the binding to GStreamer cannot be loaded: ${(error as Error).message}`,
    );
  }
  const missing = missingElements(gst);
  if (missing.length === 0) return gst;
  const packages = [...new Set(missing.map(({ debianPackage }) => debianPackage))];
  const names = missing.map(({ element }) => element).join(', ');
  throw new WebstreamerError('gstreamer-missing', `GStreamer has no ${names}; install ${packages.join(' ')}`);
}

async function run(): Promise<void> {
  const options = WorkerOptions.parse(JSON.parse(process.env[WORKER_OPTIONS_VARIABLE] ?? 'null'));
  const gst = load();
  const context = makeContext(gst, options);
  await warmUp(context);
  const dispatcher = new Dispatcher(context, async () => {
    await context.slates.close();
    setImmediate(() => gst.exitNow(0));
  });
  process.on('exit', (code) => gst.exitNow(code));
  process.on('message', (message) => void answer(dispatcher, message));
  setInterval(() => {
    dispatcher.watch();
  }, WATCH_INTERVAL_MS);
  send({ kind: 'ready' });
}

// Without its server a worker has no purpose; the signals of a terminal are the server's to handle.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => process.exit(0));

run().catch((error: unknown) => {
  const code = error instanceof WebstreamerError ? error.code : 'internal';
  const detail = error instanceof Error ? error.message : String(error);
  send({ kind: 'unable', code, detail }, () => process.exit(1));
});
