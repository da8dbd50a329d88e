import { TypedEmitter } from '../../../src/common/typed-emitter.ts';
import type { Logger } from '../../../src/common/logger.ts';
import type { ConnectionState } from '../../../src/protocol/http-api/room.ts';
import { Connection } from '../../../src/server/connection/connection.ts';
import type { SeatLimits } from '../../../src/server/connection/seat.ts';
import type { FakeEndpoint } from '../../../src/server/media/fake-endpoint.ts';
import { FakeMediaEngine } from '../../../src/server/media/fake-engine.ts';
import { Room } from '../../../src/server/room/room.ts';
import { FakeLink } from './fake-link.ts';
import { FakePage } from './fake-page.ts';
import { roomSettings } from '../room/settings.ts';

/** A line that was logged. */
export interface LogLine {
  level: 'debug' | 'info' | 'warn' | 'error';
  fields: Record<string, unknown>;
  text: string;
}

/** Keeps the lines that are logged. */
export class LogKeeper implements Logger {
  readonly lines: LogLine[] = [];
  readonly events = new TypedEmitter<{ line: [line: LogLine] }>();
  readonly debug = this.#keep('debug');
  readonly info = this.#keep('info');
  readonly warn = this.#keep('warn');
  readonly error = this.#keep('error');

  child(): Logger {
    return this;
  }

  /** The lines of the given levels. */
  of(...levels: LogLine['level'][]): LogLine[] {
    return this.lines.filter(({ level }) => levels.includes(level));
  }

  #keep(level: LogLine['level']) {
    return (fields: Record<string, unknown>, text: string) => {
      const line = { level, fields, text };
      this.lines.push(line);
      this.events.emit('line', line);
    };
  }
}

/** Lets everything run that waits for nothing but its turn. */
export const turns = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A connection in a room of the fake engine, with a link whose other end is the test. */
export class Stage {
  readonly engine = new FakeMediaEngine();
  readonly link = new FakeLink();
  readonly log = new LogKeeper();
  nowMs = Date.parse('2026-01-01T00:00:00.000Z');
  room!: Room;
  connection!: Connection;

  static async set(limits: Partial<SeatLimits> = {}): Promise<Stage> {
    const stage = new Stage();
    const { engine, link, log: logger } = stage;
    stage.room = await Room.open({ name: 'lobby', settings: roomSettings(), engine, logger, firstRetryMs: 1 });
    stage.connection = new Connection({ id: '1', room: stage.room, link, logger, limits, now: () => stage.nowMs });
    stage.room.add(stage.connection);
    link.goUp();
    return stage;
  }

  page(user = 'anna', options: { legacy?: boolean } = {}): FakePage {
    return new FakePage(this.link, user, options);
  }

  /** The endpoint that serves the user now. */
  get endpoint(): FakeEndpoint {
    return this.engine.endpoints.at(-1)!;
  }

  get state(): ConnectionState {
    return this.connection.resource.state;
  }

  /** Resolves when the connection is in this state. */
  async until(state: ConnectionState): Promise<void> {
    while (this.state !== state) {
      await new Promise<void>((resolve) => {
        const stop = this.connection.events.on('state', () => {
          stop();
          resolve();
        });
      });
    }
  }

  /** A page that has joined, answered, and publishes. */
  async connected(page = this.page()): Promise<FakePage> {
    page.answer(await page.join());
    await turns();
    this.endpoint.connect();
    this.endpoint.publish({ audio: true, video: true });
    await this.until('connected');
    return page;
  }
}
