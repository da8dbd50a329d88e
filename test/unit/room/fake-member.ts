import type { View } from '../../../src/protocol/media-ipc/view.ts';
import type { Reason } from '../../../src/protocol/reasons.ts';
import type { Labels, Member } from '../../../src/server/room/member.ts';

/** A member that notes what it is told. */
export class FakeMember implements Member {
  readonly id: string;
  stream: Member['stream'] = null;
  name: string;
  occupied = false;
  muted = { audio: false, video: false };
  selfMuted = { audio: false, video: false };
  maxVideoBitrateBps: number | null = null;
  labels: Labels = new Map();
  /** The endpoints whose pictures it misses. */
  stopped: readonly string[] = [];
  readonly views: View[] = [];
  readonly closedFor: Reason[] = [];
  timesMediaLost = 0;
  /** What its user has been sent, each call apart. */
  readonly texts: (readonly string[])[] = [];
  /** What becomes of texts. */
  sending: () => Promise<boolean> = () => Promise.resolve(true);
  /** What closing rejects with, if anything. */
  closeError: Error | null = null;

  constructor(id: string) {
    this.id = id;
    this.name = id;
  }

  /** The view it was told last. */
  get view(): View | undefined {
    return this.views.at(-1);
  }

  /** The user publishes both kinds, or nothing. */
  publish(both: boolean): void {
    const ref = { source: 'endpoint' as const, endpoint: this.id };
    this.stream = both ? { ref, audio: true, video: true } : null;
  }

  show(view: View, labels: Labels, stopped: readonly string[] = []): void {
    this.labels = labels;
    this.stopped = stopped;
    this.views.push(view);
  }

  async sendTexts(texts: readonly string[]): Promise<boolean> {
    const sent = await this.sending();
    if (sent) this.texts.push(texts);
    return sent;
  }

  mediaLost(): void {
    this.timesMediaLost++;
  }

  async close(reason: Reason): Promise<void> {
    this.closedFor.push(reason);
    await Promise.resolve();
    if (this.closeError !== null) throw this.closeError;
  }
}
