import { isDeepStrictEqual } from 'node:util';
import { type MediaKinds, NEITHER } from '../../protocol/media-kinds.ts';
import type { StreamRef } from '../../protocol/media-ipc/view.ts';
import type { Label, PeopleOfRoom } from '../room/member.ts';
import * as messages from './messages.ts';

/** What a box of the page shows. */
export interface ShownBox {
  streamId: string;
  shows: StreamRef;
}

/** Whom boxes can show, and whose pictures are kept from the page; see {@link BoxLabels.update}. */
export interface LabelSource extends PeopleOfRoom {
  own: string;
  wantsNames: boolean;
}

/** Sends a page what is said of one of its boxes, and of all together. */
export interface LabelSender {
  ofBox(streamId: string, message: unknown): void;
  ofAll(message: unknown): void;
}

/**
 * What a page is told that asks for it: the labels and the kinds of its boxes, by stream id, the labels of those who have no box because
 * the operator has stopped their picture, and the label under which others see its user.
 */
export interface WhatBoxesShow {
  boxes: Record<string, Label>;
  shows: Record<string, BoxKind>;
  stopped: Label[];
  own: Label | null;
}

/** What kind of picture a box shows. */
export type BoxKind = 'camera' | 'screen' | 'grid' | 'slate';

function kindOf(shows: StreamRef): BoxKind {
  return shows.source === 'endpoint' ? (shows.kind ?? 'camera') : shows.source;
}

/**
 * Tells a page whom its boxes show: what they have muted, in the words that any RTCMultiConnection page knows, and the rest to
 * pages that have asked for it. Nothing is said twice.
 */
export class BoxLabels {
  readonly #send: LabelSender;
  #told: WhatBoxesShow = { boxes: {}, shows: {}, stopped: [], own: null };
  #mutes = new Map<string, MediaKinds>();
  /** The endpoints whose pictures were stopped when the page was told last. */
  #stopped: readonly string[] = [];

  constructor(send: LabelSender) {
    this.#send = send;
  }

  /**
   * Brings the page up to date. `boxes` begins with `main`; `known` = the boxes that the page has made; `own` = the
   * page's endpoint; `wantsNames` = the page has asked for the message `boxes`.
   */
  update(
    boxes: readonly ShownBox[],
    known: ReadonlySet<string>,
    { labels, stopped, own, wantsNames }: LabelSource,
  ): void {
    const made = boxes.filter(({ streamId }) => known.has(streamId));
    const labelled = made.flatMap(({ streamId, shows }) => {
      const label = shows.source === 'endpoint' ? labels.get(shows.endpoint) : undefined;
      if (!label) return [];
      // Who shares a screen with a muted camera is still to be seen by it.
      const isScreen = shows.source === 'endpoint' && shows.kind === 'screen';
      return [[streamId, isScreen ? { ...label, muted: NEITHER } : label] as const];
    });
    // A page stops the element of a muted box, and that of main plays the sound of everybody.
    const main = boxes[0]?.streamId;
    this.#tellMutes(new Map(labelled.filter(([streamId]) => streamId !== main).map(([id, { muted }]) => [id, muted])));
    if (!wantsNames) return;
    // Whose picture is let through again stays the one without until the page has the box for it.
    const unmade = boxes.flatMap(({ streamId, shows }) =>
      shows.source === 'endpoint' && !known.has(streamId) ? [shows.endpoint] : [],
    );
    this.#stopped = [...new Set([...stopped, ...this.#stopped.filter((endpoint) => unmade.includes(endpoint))])];
    this.#tell({
      boxes: Object.fromEntries(labelled),
      shows: Object.fromEntries(made.map(({ streamId, shows }) => [streamId, kindOf(shows)])),
      stopped: this.#stopped.flatMap((endpoint) => labels.get(endpoint) ?? []),
      own: labels.get(own) ?? null,
    });
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

  #tell(told: WhatBoxesShow): void {
    if (isDeepStrictEqual(told, this.#told)) return;
    this.#told = told;
    this.#send.ofAll(messages.boxes(told));
  }
}
