import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { withDeadline } from '../../../src/common/deadline.ts';
import { TypedEmitter } from '../../../src/common/typed-emitter.ts';
import { COLOURS, TONES, type Tone } from './fake-media.ts';
import {
  installCallProbe,
  installPictureProbe,
  installRecorder,
  installToneProbe,
  installWireProbe,
  type Box,
  type PaintedFrame,
  type Probe,
  type WireRecord,
} from './probe.ts';
import { signalTree } from './process-tree.ts';

declare global {
  var probe: Probe;
}

/** A peer message as it is on the wire. */
export interface PeerMessage {
  remoteUserId: string;
  message: unknown;
  sender: string;
  [key: string]: unknown;
}

function isPeerMessage(value: unknown): value is PeerMessage {
  return typeof value === 'object' && value !== null && 'remoteUserId' in value && 'message' in value;
}

/** Several browsers take all of a small machine's processor: this bounds a failure, it is no property of the server. */
const WAIT_MS = 30_000;
const CLOSE_MS = 5_000;
/** Two bursts of a tone and more: see `toneRecording`. */
const TONES_MS = 600;
/** A tone is heard at −15 to −30 dB, an absent one measures below −60. */
const HEARD_DB = -45;

/** What a person is made of; `pid` = the main process of their browser. */
interface PersonParts {
  name: string;
  context: BrowserContext;
  pid: number;
  whenClosed: () => Promise<void>;
}

/** One person with a browser that nobody else has, at one page at a time. */
export class Person {
  readonly name: string;
  /** The main process of the browser. */
  readonly pid: number;
  readonly context: BrowserContext;
  /** Errors of the console and of scripts, in the order they came. */
  readonly errors: string[] = [];
  /** Every line of the console. */
  readonly console: string[] = [];
  /** Everything said and heard on socket.io since the browser started, over all visits. */
  readonly wire: WireRecord[] = [];
  readonly #whenClosed: () => Promise<void>;
  readonly #wireEvents = new TypedEmitter<{ record: [record: WireRecord] }>();
  #page: Page | undefined;
  #closed = false;

  private constructor({ name, context, pid, whenClosed }: PersonParts) {
    this.name = name;
    this.context = context;
    this.pid = pid;
    this.#whenClosed = whenClosed;
  }

  /** Prepares a browser context that has just been made. */
  static async create(parts: PersonParts): Promise<Person> {
    const { context } = parts;
    const person = new Person(parts);
    await context.exposeBinding('reportWire', (_, record: WireRecord) => {
      person.#record(record);
    });
    await context.addInitScript(installCallProbe);
    await context.addInitScript(installPictureProbe, COLOURS);
    await context.addInitScript(installRecorder);
    await context.addInitScript(installToneProbe);
    await context.addInitScript(installWireProbe);
    return person;
  }

  /** The page this person is at. */
  get page(): Page {
    if (!this.#page) throw new Error(`${this.name} is at no page`);
    return this.#page;
  }

  /** Opens a page in a new tab; an earlier one is left first. */
  async open(url: string): Promise<void> {
    if (this.#page) await this.leave();
    const page = await this.context.newPage();
    this.#page = page;
    page.setDefaultTimeout(WAIT_MS);
    page.on('console', (message) => {
      this.console.push(`${message.type()}: ${message.text()}`);
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('pageerror', (error) => this.errors.push(String(error)));
    await page.goto(url);
  }

  /** Types the id and presses *join room*. */
  async join(id: string): Promise<void> {
    await this.#press(id, '#join-room');
  }

  /** Types the id and presses *open room*. */
  async openRoom(id: string): Promise<void> {
    await this.#press(id, '#open-room');
  }

  async #press(id: string, button: string): Promise<void> {
    await this.page.fill('#room-id', id);
    await this.page.click(button);
  }

  /** When this person pressed a button last, in ms since 1970. */
  pressedAt(): Promise<number> {
    return this.page.evaluate(() => probe.pressedAt);
  }

  /** The pictures of others, in the order of the page. */
  boxes(): Promise<Box[]> {
    return this.page.evaluate(() => probe.boxes());
  }

  /** The colours of the others' pictures, in the order of the page. */
  async colours(): Promise<string[]> {
    return (await this.boxes()).map(({ colour }) => colour);
  }

  /** Waits until the others' pictures have exactly these colours, in any order, and no picture more. */
  async waitForColours(colours: string[], timeoutMs = WAIT_MS): Promise<void> {
    const expected = colours.toSorted().join(' ');
    try {
      const asExpected = (wanted: string) =>
        probe
          .boxes()
          .map(({ colour }) => colour)
          .sort()
          .join(' ') === wanted;
      await this.page.waitForFunction(asExpected, expected, { polling: 100, timeout: timeoutMs });
    } catch (error) {
      const found = (await this.colours().catch(() => ['?'])).toSorted().join(' ');
      throw new Error(`${this.name} should see [${expected}] within ${timeoutMs} ms, but sees [${found}]`, {
        cause: error,
      });
    }
  }

  /** Waits until the page has sent or received the socket.io event `count` times since the browser started. */
  async waitForWire(direction: WireRecord['direction'], event: string, count = 1, timeoutMs = WAIT_MS): Promise<void> {
    const enough = (): boolean =>
      this.wire.filter((record) => record.direction === direction && record.event === event).length >= count;
    if (enough()) return;
    let stop = (): void => undefined;
    const found = new Promise<void>((resolve) => {
      stop = this.#wireEvents.on('record', () => {
        if (enough()) resolve();
      });
    });
    const late = (): Error => new Error(`${this.name} has not ${direction} ${event} ${count} times in ${timeoutMs} ms`);
    return withDeadline(found, timeoutMs, late).finally(stop);
  }

  #record(record: WireRecord): void {
    this.wire.push(record);
    this.#wireEvents.emit('record', record);
  }

  /** Waits until the element `selector` shows `text`. */
  async waitForText(selector: string, text: string | RegExp, timeoutMs = WAIT_MS): Promise<void> {
    await this.page.locator(selector).filter({ hasText: text }).waitFor({ timeout: timeoutMs });
  }

  /** Waits until every picture of others has painted `count` frames more than now; there must be one. */
  async waitForFrames(count = 10, timeoutMs = WAIT_MS): Promise<void> {
    const before = Object.fromEntries((await this.boxes()).map(({ id, frames }) => [id, frames]));
    const advanced = ({ start, by }: { start: Record<string, number>; by: number }) =>
      probe.videos().length > 0 && probe.boxes().every(({ id, frames }) => frames >= (start[id] ?? 0) + by);
    await this.page.waitForFunction(advanced, { start: before, by: count }, { polling: 100, timeout: timeoutMs });
  }

  /** Starts to record the colour of every frame painted from now on. */
  async startRecording(): Promise<void> {
    await this.page.evaluate(() => {
      probe.startRecording();
    });
  }

  /** Ends the recording; the frames of each picture, by stream id. */
  stopRecording(): Promise<Record<string, PaintedFrame[]>> {
    return this.page.evaluate(() => probe.stopRecording());
  }

  /** How loud each tone is in what this person hears, in dB: the loudest over all streams during `ms`. */
  async toneLevels(ms = 1_000): Promise<Record<Tone, number>> {
    const streams = await this.page.evaluate(([tones, duration]) => probe.listen(tones, duration), [
      TONES,
      ms,
    ] as const);
    const loudest = (tone: string): number =>
      Math.max(-Infinity, ...streams.map((levels) => levels[tone] ?? -Infinity));
    return Object.fromEntries(Object.keys(TONES).map((tone) => [tone, loudest(tone)])) as Record<Tone, number>;
  }

  /** The tones this person hears, in the order of the table. */
  async tones(ms = 1_000): Promise<string[]> {
    const levels = await this.toneLevels(ms);
    return Object.entries(levels).flatMap(([tone, level]) => (level > HEARD_DB ? [tone] : []));
  }

  /** Waits until exactly these tones are heard. */
  async waitForTones(tones: string[], timeoutMs = WAIT_MS): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const expected = tones.toSorted().join(' ');
    for (;;) {
      const heard = (await this.tones(TONES_MS)).toSorted().join(' ');
      if (heard === expected) return;
      if (Date.now() > deadline) throw new Error(`${this.name} should hear [${expected}], but hears [${heard}]`);
    }
  }

  /** How many streams of each kind this browser sends at the moment: those whose bytes grow during `ms`. */
  async uploads(ms = 1_000): Promise<{ audio: number; video: number }> {
    const [before, after] = await this.page.evaluate(async (duration) => {
      const first = await probe.outbound();
      await new Promise((resolve) => setTimeout(resolve, duration)); // the length of the measurement
      return [first, await probe.outbound()] as const;
    }, ms);
    const growing = Object.entries(after).filter(([id, { bytes }]) => bytes > (before[id]?.bytes ?? 0));
    const count = (kind: string): number => growing.filter(([, stream]) => stream.kind === kind).length;
    return { audio: count('audio'), video: count('video') };
  }

  /** What this browser sends as video during `ms`, in bit/s. */
  async videoBitrate(ms = 1_000): Promise<number> {
    const bytes = await this.page.evaluate(async (duration) => {
      const sent = async () =>
        Object.values(await probe.outbound()).reduce((sum, { kind, bytes }) => sum + (kind === 'video' ? bytes : 0), 0);
      const before = await sent();
      await new Promise((resolve) => setTimeout(resolve, duration)); // the length of the measurement
      return (await sent()) - before;
    }, ms);
    return (bytes * 8_000) / ms;
  }

  /** The peer messages this person's page has sent. */
  sent(): PeerMessage[] {
    return this.#peerMessages('sent');
  }

  /** The peer messages this person's page has received. */
  received(): PeerMessage[] {
    return this.#peerMessages('received');
  }

  #peerMessages(direction: 'sent' | 'received'): PeerMessage[] {
    return this.wire
      .filter((record) => record.direction === direction)
      .map((record) => record.args[0])
      .filter(isPeerMessage);
  }

  /** Closes the tab as a person does: the page is told before. */
  async leave(): Promise<void> {
    const page = this.page;
    this.#page = undefined;
    const gone = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await gone;
  }

  /** Loads the page again. */
  async reload(): Promise<void> {
    await this.page.reload();
  }

  /** Kills the browser: nobody is told. It does not come back. */
  async kill(): Promise<void> {
    this.#page = undefined;
    await signalTree(this.pid, 'SIGKILL');
  }

  /** Stops all processes of the browser where they are. */
  async stop(): Promise<void> {
    await signalTree(this.pid, 'SIGSTOP');
  }

  /** Lets them go on. */
  async cont(): Promise<void> {
    await signalTree(this.pid, 'SIGCONT');
  }

  /** Takes a picture of the page. */
  async screenshot(path: string): Promise<void> {
    await this.page.screenshot({ path });
  }

  /** Writes screenshot, console and wire to `folder`, as far as the browser still answers. */
  async saveEvidence(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, `${this.name}.console.txt`),
      [...this.console, ...this.errors.map((e) => `! ${e}`)].join('\n'),
    );
    await writeFile(
      join(folder, `${this.name}.wire.jsonl`),
      this.wire.map((record) => JSON.stringify(record)).join('\n'),
    );
    await this.#page?.screenshot({ path: join(folder, `${this.name}.png`), timeout: 5_000 }).catch(() => undefined);
  }

  /**
   * Leaves, so that whoever comes next finds no seat of theirs taken, and closes what they have open; a browser that does not do so is
   * killed. Safe to call twice, and after `kill`.
   */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.cont();
    const tooSlow = (): Error => new Error('The browser does not end by itself');
    const closed = (this.#page?.isClosed() === false ? this.leave() : Promise.resolve()).then(() =>
      this.context.close(),
    );
    await withDeadline(closed, CLOSE_MS, tooSlow).catch(() => this.kill());
    await this.#whenClosed();
  }
}
