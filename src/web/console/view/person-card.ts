import type { ConnectionStats } from '../../../protocol/http-api/stats.ts';
import type { ConnectionResource } from '../../../protocol/http-api/room.ts';
import { levelRatio } from '../levels.ts';
import { button, h, type Row, setText } from './elements.ts';
import type { PersonActions } from './person-actions.ts';
import { format, words } from './say.ts';

/** Somebody in a room, as a card shows them. */
export interface PersonItem {
  connection: ConnectionResource;
  hasFloor: boolean;
  stats: ConnectionStats | undefined;
}

/** A card, whose level is shown apart from the rest: five times a second. */
export interface PersonCard extends Row<PersonItem> {
  image: HTMLImageElement;
  showLevel(dbov: number | undefined): void;
}

type BadgeKind = '' | 'good' | 'warn' | 'stop';

/** What is said of somebody in few words. */
function badgesOf({ connection, hasFloor }: PersonItem): [text: string, kind: BadgeKind][] {
  const { person: say } = words;
  const { state, role, speaking, muted, selfMuted } = connection;
  const badges: [boolean, string, BadgeKind][] = [
    [hasFloor, say.floor, 'good'],
    [speaking, say.speaking, 'good'],
    [state !== 'connected', say.states[state], 'warn'],
    [role !== 'participant', say.roles[role], ''],
    [muted.audio, say.mutedAudio, 'stop'],
    [muted.video, say.mutedVideo, 'stop'],
    [selfMuted.audio && role !== 'viewer', say.selfMutedAudio, ''],
    [selfMuted.video && role !== 'viewer', say.selfMutedVideo, ''],
  ];
  return badges.flatMap(([isSo, text, kind]) => (isSo ? [[text, kind] as [string, BadgeKind]] : []));
}

const KIND_OF_QUALITY = { good: 'good', fair: 'warn', poor: 'stop' } as const;

/** The card of somebody in a room. */
export function personCard(first: PersonItem, actions: PersonActions | undefined): PersonCard {
  const { person: say } = words;
  const image = h('img', { class: 'empty', width: 320, height: 180 });
  const level = h('span', { class: 'level' });
  const name = h('h3');
  const badges = h('p', { class: 'badges' });
  const figures = figuresOf();
  const controls = actions === undefined ? undefined : controlsOf(first.connection.id, actions);
  const element = h(
    'li',
    { class: 'person' },
    h(
      'div',
      { class: 'picture' },
      h('span', { class: 'no-picture' }, say.noPicture),
      image,
      h('span', { class: 'meter', 'aria-hidden': 'true' }, level),
    ),
    h('div', { class: 'about' }, name, badges, figures.element),
    controls?.element,
  );
  let shown = '';
  return {
    element,
    image,
    showLevel(dbov) {
      level.style.inlineSize = `${Math.round(levelRatio(dbov) * 100)}%`;
    },
    update(item) {
      const { connection } = item;
      setText(name, connection.name);
      image.alt = say.picture(connection.name);
      element.classList.toggle('speaking', connection.speaking);
      element.classList.toggle('speaker', item.hasFloor);
      const wanted = badgesOf(item);
      if (String(wanted) !== shown)
        badges.replaceChildren(...wanted.map(([text, kind]) => h('span', { class: `badge ${kind}` }, text)));
      shown = String(wanted);
      figures.update(item);
      controls?.update(item);
    },
  };
}

function figuresOf() {
  const { person: say } = words;
  const quality = h('span', { class: 'badge' });
  const cells = { sends: h('dd'), gets: h('dd'), loss: h('dd'), roundTrip: h('dd'), since: h('dd') };
  const pair = (key: keyof typeof cells) => h('div', {}, h('dt', {}, say[key]), cells[key]);
  const element = h(
    'dl',
    { class: 'figures' },
    h('div', {}, h('dt', {}, say.quality), h('dd', {}, quality)),
    pair('roundTrip'),
    pair('sends'),
    pair('gets'),
    pair('loss'),
    pair('since'),
  );
  const update = ({ stats, connection }: PersonItem) => {
    const rated = stats?.quality ?? null;
    setText(quality, rated === null ? words.unknown : say.qualities[rated]);
    quality.className = `badge ${rated === null ? '' : KIND_OF_QUALITY[rated]}`;
    setText(cells.sends, format.bitrate(stats?.incoming?.bitrateBps));
    setText(cells.gets, format.bitrate(stats?.outgoing?.bitrateBps));
    const [sent, got] = [format.percent(stats?.incoming?.lossRatio), format.percent(stats?.outgoing?.lossRatio)];
    setText(cells.loss, say.lossOf(sent, got));
    setText(cells.roundTrip, format.milliseconds(stats?.outgoing?.roundTripMs));
    setText(cells.since, format.time(connection.since));
  };
  return { element, update };
}

function controlsOf(id: string, actions: PersonActions) {
  const { person: say } = words;
  const floor = button(say.give, () => {
    actions.toggleFloor(id);
  });
  const sound = button(say.muteAudio, () => {
    actions.toggleMuted(id, 'audio');
  });
  const picture = button(say.muteVideo, () => {
    actions.toggleMuted(id, 'video');
  });
  const rename = button(say.rename, () => {
    actions.rename(id);
  });
  const showOut = button(say.showOut, () => {
    actions.showOut(id);
  });
  const remove = button(say.remove, () => {
    actions.remove(id);
  });
  const more = h('details', { class: 'more' }, h('summary', {}, say.more), rename, showOut, remove);
  const element = h('div', { class: 'person-actions', role: 'group' }, floor, sound, picture, more);
  const update = ({ connection, hasFloor }: PersonItem) => {
    const label = say.actionsFor(connection.name);
    if (element.getAttribute('aria-label') !== label) element.setAttribute('aria-label', label);
    setText(floor, hasFloor ? say.take : say.give);
    floor.disabled = connection.role === 'viewer' && !hasFloor;
    sound.setAttribute('aria-pressed', String(connection.muted.audio));
    picture.setAttribute('aria-pressed', String(connection.muted.video));
  };
  return { element, update };
}
