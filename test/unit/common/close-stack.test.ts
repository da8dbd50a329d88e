import { describe, expect, it } from 'vitest';
import { CloseStack } from '../../../src/common/close-stack.ts';

describe('a close stack', () => {
  it('closes what was started last first, with the reason', async () => {
    const stack = new CloseStack<string>();
    const closed: string[] = [];
    stack.push((reason) => void closed.push(`first ${reason}`));
    stack.push((reason) => Promise.resolve().then(() => void closed.push(`second ${reason}`)));
    expect(stack.closing).toBe(false);
    const closing = stack.close('shutdown');
    expect(stack.closing).toBe(true);
    await closing;
    expect(closed).toEqual(['second shutdown', 'first shutdown']);
  });

  it('closes once, however often it is asked', async () => {
    const stack = new CloseStack<string>();
    let times = 0;
    stack.push(() => {
      times++;
    });
    expect(stack.close('a')).toBe(stack.close('b'));
    await stack.close('c');
    expect(times).toBe(1);
  });

  it('runs every step though one fails, and tells of the failure', async () => {
    const stack = new CloseStack<string>();
    const closed: string[] = [];
    stack.push(() => void closed.push('first'));
    stack.push(() => Promise.reject(new Error('stuck')));
    await expect(stack.close('shutdown')).rejects.toThrow('stuck');
    expect(closed).toEqual(['first']);
  });
});
