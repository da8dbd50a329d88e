import type { Handler } from './handler.ts';

/** A legacy page puts its room, which is the page itself, into the public list. */
const becomePublic: Handler = (_state, user) => {
  user.isPublicModerator = true;
  return undefined;
};

const becomePrivate: Handler = (_state, user) => {
  user.isPublicModerator = false;
  return undefined;
};

/** The public list: all others whose ids begin with a text. */
const getPublicModerators: Handler = (state, user, [raw]) => {
  const prefix = typeof raw === 'string' ? raw : '';
  const found = [...state.users.values()].filter(
    (other) => other !== user && other.isPublicModerator && !other.lost && other.id.startsWith(prefix),
  );
  return [found.map(({ id, extra }) => ({ userid: id, extra }))];
};

const handOn: Handler = (_state, user) => {
  user.handsOn = true;
  return undefined;
};

/** Events about the rooms of pages of 3.4.5 (docs/protocol.md). */
export const moderatorEvents: [event: string, handler: Handler][] = [
  ['become-a-public-moderator', becomePublic],
  ['dont-make-me-moderator', becomePrivate],
  ['get-public-moderators', getPublicModerators],
  ['shift-moderator-control-on-disconnect', handOn],
];
