/** Where somebody is in the console. */
export type Place = { page: 'rooms' | 'server' | 'log' } | { page: 'room'; room: string };

/** The console's address of a room. */
export function addressOfRoom(name: string): string {
  return `#/rooms/${encodeURIComponent(name)}`;
}

/** What a fragment of the console's address leads to; whatever is unknown, to the rooms. */
export function placeOf(hash: string): Place {
  const [, page, name] = hash.replace(/^#/, '').split('/');
  if (page === 'server' || page === 'log') return { page };
  if (page !== 'rooms' || name === undefined || name === '') return { page: 'rooms' };
  try {
    return { page: 'room', room: decodeURIComponent(name) };
  } catch {
    return { page: 'rooms' };
  }
}
