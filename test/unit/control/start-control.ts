import { expect } from 'vitest';
import { Control, type ControlOptions } from '../../../src/server/control/control.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { FakeLink } from '../connection/fake-link.ts';
import { LogKeeper } from '../connection/stage.ts';
import { newRoom } from '../room/settings.ts';

/** Use cases on the fake engine, with links that come up as soon as somebody waits for them. */
export function start(options: Partial<ControlOptions> = {}) {
  const engine = new FakeMediaEngine();
  const links = new Map<string, FakeLink>();
  const logger = new LogKeeper();
  const createLink = (id: string) => {
    const link = new FakeLink();
    links.set(id, link);
    queueMicrotask(() => {
      link.goUp();
    });
    return link;
  };
  const control = new Control({ engine, createLink, logger, ...options });
  const lobby = (...connections: string[]) => control.createRoom(newRoom({ connections }));
  return { engine, links, logger, control, lobby };
}

/** An error of this code, for `toThrow`. */
export const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;
