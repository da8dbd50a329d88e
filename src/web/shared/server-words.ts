/** Whom a box shows, as the server says it in the message `boxes` (docs/protocol.md). */
export interface BoxLabel {
  /** The person's connection. */
  connection: string;
  name: string;
  muted: { audio: boolean; video: boolean };
  speaker: boolean;
  speaking: boolean;
}

/** What kind of picture a box shows; `unknown` from servers that do not say. */
export type BoxKind = 'camera' | 'screen' | 'grid' | 'slate' | 'unknown';

/**
 * What the boxes show, by stream id: whom, where it is somebody in particular, and what. `stopped` = those who have no box because the
 * operator has stopped their picture; `own` = how the others see this page's user.
 */
export interface BoxesWord {
  kind: 'boxes';
  labels: ReadonlyMap<string, BoxLabel>;
  kinds: ReadonlyMap<string, BoxKind>;
  stopped: readonly BoxLabel[];
  own: BoxLabel | undefined;
}

/** What the server says beyond the words of RTCMultiConnection; `ended` = why a call has ended for good. */
export type ServerWord = BoxesWord | { kind: 'ended'; reason: string; text: string | undefined };

const KINDS: readonly BoxKind[] = ['camera', 'screen', 'grid', 'slate'];

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function labelOf(value: unknown): BoxLabel[] {
  if (!isFields(value) || typeof value.name !== 'string') return [];
  const muted = isFields(value.muted) ? value.muted : {};
  return [
    {
      connection: typeof value.connection === 'string' ? value.connection : '',
      name: value.name,
      muted: { audio: muted.audio === true, video: muted.video === true },
      speaker: value.speaker === true,
      speaking: value.speaking === true,
    },
  ];
}

/** Reads the envelope of a peer message; undefined for those that RTCMultiConnection itself understands. */
export function readServerWord(envelope: unknown): ServerWord | undefined {
  const message = isFields(envelope) ? envelope.message : undefined;
  if (!isFields(message)) return undefined;
  if (isFields(message.boxes)) {
    const labels = Object.entries(message.boxes).flatMap(([streamId, value]) =>
      labelOf(value).map((label) => [streamId, label] as const),
    );
    const kinds = Object.entries(isFields(message.shows) ? message.shows : {}).map(
      ([streamId, kind]) => [streamId, KINDS.find((known) => known === kind) ?? 'unknown'] as const,
    );
    const stopped = Array.isArray(message.stopped) ? message.stopped.flatMap(labelOf) : [];
    return { kind: 'boxes', labels: new Map(labels), kinds: new Map(kinds), stopped, own: labelOf(message.own)[0] };
  }
  if (message.userLeft !== true || typeof message.reason !== 'string') return undefined;
  return { kind: 'ended', reason: message.reason, text: typeof message.text === 'string' ? message.text : undefined };
}
