import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { MAKING_MS, NewBoxes } from '../../../src/server/connection/new-boxes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function listener() {
  const heard: unknown[] = [];
  const boxes = new NewBoxes((message) => heard.push(message));
  return { heard, boxes };
}

describe('what is said of a box', () => {
  test('that the page is making is said once more when it is made', () => {
    const { heard, boxes } = listener();
    boxes.offered(['one', 'two']);
    boxes.say('one', 'mute one');
    boxes.answered();
    boxes.say('one', 'remove one');
    vi.advanceTimersByTime(MAKING_MS - 1);
    expect(heard).toEqual(['mute one', 'remove one']);
    vi.advanceTimersByTime(1);
    expect(heard).toEqual(['mute one', 'remove one', 'mute one', 'remove one']);
    vi.runAllTimers();
    expect(heard).toHaveLength(4);
  });

  test('that the page has made is said once', () => {
    const { heard, boxes } = listener();
    boxes.offered(['one']);
    boxes.answered();
    vi.advanceTimersByTime(MAKING_MS);
    boxes.say('one', 'remove one');
    boxes.offered(['two']);
    boxes.answered();
    vi.runAllTimers();
    expect(heard).toEqual(['remove one']);
  });

  test('that waits for the answer to its offer is said again after that', () => {
    const { heard, boxes } = listener();
    boxes.offered(['one']);
    boxes.say('one', 'remove one');
    vi.runAllTimers();
    expect(heard).toEqual(['remove one']);
    boxes.answered();
    vi.runAllTimers();
    expect(heard).toEqual(['remove one', 'remove one']);
  });

  test('is not said again when the call is over', () => {
    const { heard, boxes } = listener();
    boxes.offered(['one']);
    boxes.answered();
    boxes.say('one', 'remove one');
    boxes.close();
    expect(vi.getTimerCount()).toBe(0);
    expect(heard).toEqual(['remove one']);
  });
});
