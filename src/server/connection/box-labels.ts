import { isDeepStrictEqual } from 'node:util';
import { type MediaKinds, NEITHER } from '../../protocol/media-kinds.ts';
import type { StreamRef } from '../../protocol/media-ipc/view.ts';
import type { Label, Labels } from '../room/member.ts';
import * as messages from './messages.ts';

/** What a box of the page shows. */
export interface ShownBox {
  streamId: string;
  shows: StreamRef;
}

/** Sends a page what is said of one of its boxes, and of all together. */
export interface LabelSender {
  ofBox(streamId: string, message: unknown): void;
  ofAll(message: unknown): void;
}

/**
 * Tells a page whom its boxes show: what they have muted, in the words that any RTCMultiConnection page knows, and the rest to
 * pages that have asked for it. Nothing is said twice.
 */
export class BoxLabels {
  readonly #send: LabelSender;
  #names: Record<string, Label> = {};
  #mutes = new Map<string, MediaKinds>();

  constructor(send: LabelSender) {
    this.#send = send;
  }

  /**
   * Brings the page up to date. `boxes` begins with `main`; `known` = the boxes that the page has made; `wantsNames` = the page has
   * asked for the message `boxes`.
   */
  update(boxes: readonly ShownBox[], known: ReadonlySet<string>, labels: Labels, wantsNames: boolean): void {
    const labelled = boxes.flatMap(({ streamId, shows }) => {
      const label = shows.source === 'endpoint' ? labels.get(shows.endpoint) : undefined;
      if (!label || !known.has(streamId)) return [];
      // Who shares a screen with a muted camera is still to be seen by it.
      const isScreen = shows.source === 'endpoint' && shows.kind === 'screen';
      return [[streamId, isScreen ? { ...label, muted: NEITHER } : label] as const];
    });
    // A page stops the element of a muted box, and that of main plays the sound of everybody.
    const main = boxes[0]?.streamId;
    this.#tellMutes(new Map(labelled.filter(([streamId]) => streamId !== main).map(([id, { muted }]) => [id, muted])));
    if (wantsNames) this.#tellNames(Object.fromEntries(labelled));
  }

  #tellMutes(mutes: Map<string, MediaKinds>): void {
    for (const [streamId, muted] of mutes) {
      const before = this.#mutes.get(streamId) ?? NEITHER;
      for (const action of ['mute', 'unmute'] as const) {
        const changed = (kind: 'audio' | 'video') =>
          muted[kind] !== before[kind] && muted[kind] === (action === 'mute');
        const [audio, video] = [changed('audio'), changed('video')];
        if (audio || video) {
          const kinds = audio && video ? 'both' : audio ? 'audio' : 'video';
          this.#send.ofBox(streamId, messages.streamMuted(streamId, action, kinds));
        }
      }
    }
    this.#mutes = mutes;
  }

  #tellNames(names: Record<string, Label>): void {
    if (isDeepStrictEqual(names, this.#names)) return;
    this.#names = names;
    this.#send.ofAll(messages.boxes(names));
  }
}
