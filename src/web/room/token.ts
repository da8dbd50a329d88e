/** The parts of the browser that a token goes through. */
export interface TokenPlaces {
  location: Pick<Location, 'hash' | 'pathname' | 'search'>;
  history: Pick<History, 'replaceState'>;
  storage: Pick<Storage, 'getItem' | 'setItem'>;
}

/**
 * The token with which this page was opened as `#token=…`: it is taken out of the address, and kept for this tab so that the page can
 * be loaded again. Undefined where none was given.
 */
export function takeToken(room: string, { location, history, storage }: TokenPlaces): string | undefined {
  const key = `webstreamer token of ${room}`;
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    history.replaceState(null, '', `${location.pathname}${location.search}`);
    if (given !== '') storage.setItem(key, given);
  }
  return storage.getItem(key) ?? undefined;
}

/** A place in a room that somebody has got for this page's user; `token` = what the page says to take it, null where none is needed. */
export interface GivenPlace {
  connection: string;
  token: string | null;
}

/**
 * The place with which this page was opened as `#place=…`, if it was: it is taken out of the address. It is not kept, for the place goes
 * with its user.
 */
export function takePlace({ location, history }: Pick<TokenPlaces, 'location' | 'history'>): GivenPlace | undefined {
  const given = new URLSearchParams(location.hash.slice(1));
  const connection = given.get('place');
  if (!connection) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return { connection, token: given.get('token') };
}

/** The room that an address is about; undefined when it names none. */
export function roomOf(pathname: string): string | undefined {
  const segment = /^\/rooms\/([^/]+)\/?$/.exec(pathname)?.[1];
  if (segment === undefined) return undefined;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Whom an invitation is for. It is the server that believes it or not; this is for what the page shows. */
export interface Invited {
  name?: string;
  role?: string;
}

/** What the fragment of a link without a token says of whom it is for: `#role=viewer&name=Anna`. */
export function invitedBy(hash: string): Invited {
  const given = new URLSearchParams(hash.slice(1));
  const [name, role] = [given.get('name'), given.get('role')];
  return { ...(name && { name }), ...(role && { role }) };
}

/** What a token says of whom it is for. */
export function claimsOf(token: string | undefined): Invited {
  const payload = token?.split('.')[1];
  if (payload === undefined) return {};
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    return {
      ...(typeof claims.name === 'string' && { name: claims.name }),
      ...(typeof claims.role === 'string' && { role: claims.role }),
    };
  } catch {
    return {};
  }
}
