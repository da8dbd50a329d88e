import type { StreamRef } from '../protocol/media-ipc/view.ts';

/** A name for comparing stream references. */
export function keyOf(ref: StreamRef): string {
  return ref.source === 'endpoint' ? `${ref.kind ?? 'camera'}:${ref.endpoint}` : ref.source;
}

/**
 * Which slot shows which stream. Streams that are shown stay where they are, except that no hole is left: the last slots' streams
 * move into the holes, so that the boxes that go are always the last ones and slot 0 (`main`) is never empty.
 *
 * @param current what each slot shows now, null = nothing
 * @param wanted the streams to be shown, each once, at least one
 * @returns one entry per slot, as many as the longer of the two
 */
export function assignSlots(
  current: readonly (StreamRef | null)[],
  wanted: readonly StreamRef[],
): (StreamRef | null)[] {
  const waiting = new Map(wanted.map((ref) => [keyOf(ref), ref]));
  const next: (StreamRef | null)[] = Array.from({ length: Math.max(current.length, waiting.size) }, () => null);
  const count = waiting.size;
  for (const [index, ref] of current.slice(0, count).entries()) {
    if (ref && waiting.delete(keyOf(ref))) next[index] = ref;
  }
  const rest = [...waiting.values()];
  for (let index = 0; index < count; index++) next[index] ??= rest.shift() ?? null;
  return next;
}
