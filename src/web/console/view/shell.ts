import { addressOfRoom, placeOf } from '../addresses.ts';
import { EventLog } from '../event-log.ts';
import { eventSentence } from '../event-sentence.ts';
import { Figures } from '../figures.ts';
import { Live } from '../live.ts';
import type { Rights } from '../rights.ts';
import type { Webstreamer } from '../../../client/index.ts';
import type { ConsoleContext, View } from './console-context.ts';
import { closeDialogs } from './dialog.ts';
import { button, h } from './elements.ts';
import { logView } from './log-view.ts';
import { Notices } from './notices.ts';
import { roomView } from './room-view.ts';
import { roomsView } from './rooms-view.ts';
import { words } from './say.ts';
import { serverView } from './server-view.ts';

const LOG_CAPACITY = 500;

/** What a console is made of; `onEnded` is told when the server does not take the key any more. */
export interface ShellOptions {
  client: Webstreamer;
  rights: Rights;
  /** Whom the server takes the operator for; null where it does not ask. */
  subject: string | null;
  signedIn: boolean;
  signOut: () => void;
  onEnded: () => void;
}

/** The console of somebody who may see it: the navigation, and one view at a time. */
export class Shell {
  readonly #context: ConsoleContext;
  readonly #main: HTMLElement;
  readonly #links: HTMLAnchorElement[];
  readonly #lost = h('div', { role: 'status' });
  #view: View | undefined;

  constructor(root: HTMLElement, { client, rights, subject, signedIn, signOut, onEnded }: ShellOptions) {
    const live = new Live(client, rights.room);
    const figures = new Figures(client, { server: rights.room === null });
    this.#context = { client, rights, live, figures, log: new EventLog(LOG_CAPACITY), notices: new Notices() };
    this.#links = this.#makeLinks();
    this.#main = h('main', { id: 'content', tabindex: -1 });
    const nav = h('nav', { 'aria-label': words.navigation }, ...this.#links);
    const who = h('div', { class: 'who' }, subject !== null && h('span', { class: 'hint' }, words.signIn.as(subject)));
    if (signedIn) who.append(button(words.signIn.out, signOut));
    root.replaceChildren(
      h('a', { class: 'skip', href: '#content', onclick: this.#skip }, words.skip),
      h('header', {}, h('a', { class: 'brand', href: '/' }, 'webstreamer'), nav, who),
      this.#lost,
      this.#context.notices.element,
      this.#main,
    );
    if (!rights.operateRooms) this.#main.before(h('p', { class: 'notice look-only' }, words.signIn.readOnly));
    this.#follow(onEnded);
    window.addEventListener('hashchange', this.#navigate);
    this.#navigate();
  }

  /** Ends everything. */
  close(): void {
    window.removeEventListener('hashchange', this.#navigate);
    closeDialogs();
    this.#view?.close();
    this.#context.live.close();
    this.#context.figures.close();
  }

  #follow(onEnded: () => void): void {
    const { live, figures, log, notices } = this.#context;
    live.event.listen(({ event, before }) => {
      if (event.type !== 'levels') log.add(event, eventSentence(event, before, words));
    });
    live.changed.listen(() => {
      if (live.rooms !== undefined) figures.keepOnly(new Set(live.rooms.keys()));
    });
    live.missed.listen(() => {
      const reset = { type: 'reset', room: null, at: new Date().toISOString() } as const;
      log.add(reset, eventSentence(reset, undefined, words));
      notices.done(words.server.back);
    });
    live.reachable.listen((reachable) => {
      this.#lost.replaceChildren(...(reachable ? [] : [h('p', { class: 'notice stop lost' }, words.server.lost)]));
    });
    live.refused.listen(onEnded);
    figures.reached.listen((reached) => {
      live.noteReachable(reached);
    });
  }

  #makeLinks(): HTMLAnchorElement[] {
    const { room } = this.#context.rights;
    const { pages } = words;
    const first =
      room === null ? h('a', { href: '#/rooms' }, pages.rooms) : h('a', { href: addressOfRoom(room) }, room);
    const server = room === null ? [h('a', { href: '#/server' }, pages.server)] : [];
    return [first, ...server, h('a', { href: '#/log' }, pages.log)];
  }

  readonly #skip = (event: Event) => {
    event.preventDefault();
    this.#main.focus();
  };

  readonly #navigate = () => {
    const isFirst = this.#view === undefined;
    this.#view?.close();
    closeDialogs();
    const place = placeOf(location.hash);
    this.#view = this.#open(place);
    this.#main.replaceChildren(this.#view.element);
    document.title = `${this.#view.title} – webstreamer`;
    for (const link of this.#links) {
      const isHere =
        link.hash === location.hash || (link.hash === '#/rooms' && !/^#\/(server|log)$/.test(location.hash));
      if (isHere) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (isFirst) return;
    window.scrollTo(0, 0);
    this.#main.querySelector('h1')?.focus();
  };

  #open(place: ReturnType<typeof placeOf>): View {
    const { room } = this.#context.rights;
    if (place.page === 'log') return logView(this.#context);
    // Whoever may see one room only is always there.
    if (room !== null) return roomView(this.#context, room);
    if (place.page === 'server') return serverView(this.#context);
    return place.page === 'room' ? roomView(this.#context, place.room) : roomsView(this.#context);
  }
}
