/** What names of rooms and ids of connections look like, as an input's pattern; see `ConnectionId`. */
export const NAME_PATTERN = '[\\p{L}\\p{N}][\\p{L}\\p{N}\\p{M}._~\\-]*';
/** The most characters of a name or an id. */
export const NAME_LENGTH = 64;
