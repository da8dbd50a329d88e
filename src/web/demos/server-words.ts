/** Whom a box shows, as the server says it in the message `boxes` (docs/protocol.md). */
export interface BoxLabel {
  name: string;
  muted: { audio: boolean; video: boolean };
  speaker: boolean;
  speaking: boolean;
}

/** What the server says beyond the words of RTCMultiConnection: whom the boxes show, by stream id, or why a call has ended for good. */
export type ServerWord =
  { kind: 'boxes'; labels: Map<string, BoxLabel> } | { kind: 'ended'; reason: string; text: string | undefined };

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function labelOf(value: unknown): BoxLabel[] {
  if (!isFields(value) || typeof value.name !== 'string') return [];
  const muted = isFields(value.muted) ? value.muted : {};
  return [
    {
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
    return { kind: 'boxes', labels: new Map(labels) };
  }
  if (message.userLeft !== true || typeof message.reason !== 'string') return undefined;
  return { kind: 'ended', reason: message.reason, text: typeof message.text === 'string' ? message.text : undefined };
}
