import { afterEach, describe, expect, it, vi } from 'vitest';
import { listenForTermination, onHangup } from '../../../src/cli/signals.ts';

let termination: ReturnType<typeof listenForTermination> | undefined;

/** Listens under a clock that stands still, with an exit that only notes its code. */
function listen() {
  vi.useFakeTimers({ toFake: ['performance'] });
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  termination = listenForTermination();
  return { exit, asked: termination.asked };
}

afterEach(() => {
  termination?.stop();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('a request to end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('is the first %s', async (signal) => {
    const { exit, asked } = listen();
    process.emit(signal, signal);
    expect(await asked).toBe(signal);
    expect(exit).not.toHaveBeenCalled();
  });

  it('is one when the terminal and npm both pass on the same Ctrl-C', async () => {
    const { exit, asked } = listen();
    process.emit('SIGINT', 'SIGINT');
    vi.advanceTimersByTime(50);
    process.emit('SIGINT', 'SIGINT');
    expect(await asked).toBe('SIGINT');
    expect(exit).not.toHaveBeenCalled();
  });

  it('ends the process at once when it comes a second time', () => {
    const { exit } = listen();
    process.emit('SIGINT', 'SIGINT');
    vi.advanceTimersByTime(1000);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledExactlyOnceWith(143);
  });

  it('ends a task that waits when it comes a second time, and the process the third time', async () => {
    const { exit, asked } = listen();
    process.emit('SIGTERM', 'SIGTERM');
    await asked;
    const waiting = termination?.unlessAsked(new Promise(() => undefined));
    vi.advanceTimersByTime(1000);
    process.emit('SIGTERM', 'SIGTERM');
    await waiting;
    expect(exit).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledExactlyOnceWith(143);
  });

  it('ends the process the second time when the task is done', async () => {
    const { exit, asked } = listen();
    process.emit('SIGTERM', 'SIGTERM');
    await asked;
    await termination?.unlessAsked(Promise.resolve());
    vi.advanceTimersByTime(1000);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledExactlyOnceWith(143);
  });

  it('is heard no more after stop', () => {
    const { exit } = listen();
    const before = process.listenerCount('SIGTERM');
    termination?.stop();
    expect(process.listenerCount('SIGTERM')).toBe(before - 1);
    expect(exit).not.toHaveBeenCalled();
  });
});

describe('SIGHUP', () => {
  it('asks for a task, and ends the process when its terminal has gone', () => {
    const kill = vi.spyOn(process, 'kill').mockImplementation(() => true);
    const before = process.listenerCount('SIGHUP');
    const task = vi.fn();
    let gone = false;
    const stop = onHangup(task, () => gone);
    process.emit('SIGHUP', 'SIGHUP');
    expect(task).toHaveBeenCalledOnce();
    gone = true;
    process.emit('SIGHUP', 'SIGHUP');
    expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGHUP');
    expect(task).toHaveBeenCalledOnce();
    stop();
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});
