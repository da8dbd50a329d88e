import type { StreamRef } from '../protocol/media-ipc/view.ts';

/** A name for comparing stream references. */
export function keyOf(ref: StreamRef): string {
  return ref.source === 'endpoint' ? `${ref.kind ?? 'camera'}:${ref.endpoint}` : ref.source;
}

/**
 * Which slot shows which stream. Streams that are shown stay where they are: who leaves takes their box with them and changes no
 * other. New ones fill the holes. Slot 0 (`main`) is never empty: if nobody new is there for it, the last slot's stream moves there.
 *
 * @param current what each slot shows now, null = nothing
 * @param wanted the streams to be shown, each once, at least one
 * @returns one entry per slot: as many as now, or more where there are not enough
 */
export function assignSlots(
  current: readonly (StreamRef | null)[],
  wanted: readonly StreamRef[],
): (StreamRef | null)[] {
  const waiting = new Map(wanted.map((ref) => [keyOf(ref), ref]));
  const next = current.map((ref) => (ref && waiting.delete(keyOf(ref)) ? ref : null));
  for (const ref of waiting.values()) {
    const hole = next.indexOf(null);
    next[hole === -1 ? next.length : hole] = ref;
  }
  if (!next[0]) {
    const last = next.findLastIndex((ref) => ref !== null);
    next[0] = next[last] ?? null;
    if (last > 0) next[last] = null;
  }
  return next;
}
