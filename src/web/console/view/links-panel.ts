import { ApiError, type LinkResource } from '../../../client/index.ts';
import type { ConsoleContext } from './console-context.ts';
import { openDialog } from './dialog.ts';
import { button, freshId, h, KeyedList, type Row, setText } from './elements.ts';
import { format, words } from './say.ts';

/** No event tells of links: hosts make them on the room's page, other operators here, and they expire. */
const REREAD_MS = 10_000;

/** The links of a room that let people in, each of which can be withdrawn. */
export class LinksPanel {
  readonly element: HTMLElement;
  readonly #context: ConsoleContext;
  readonly #room: string;
  readonly #list: KeyedList<LinkResource>;
  readonly #count = h('span', { class: 'count' });
  readonly #hint = h('p', { class: 'hint' }, words.loading);
  readonly #all: HTMLButtonElement;
  readonly #timer: ReturnType<typeof setInterval>;
  #links: readonly LinkResource[] = [];
  /** Counts readings, so that an answer that is overtaken by a later one is not shown. */
  #reading = 0;

  constructor(context: ConsoleContext, room: string) {
    this.#context = context;
    this.#room = room;
    const rows = h('ul', { class: 'rows links' });
    this.#list = new KeyedList<LinkResource>(
      rows,
      ({ id }) => id,
      (link) => this.#row(link),
    );
    this.#all = button(words.links.withdrawAll, () => {
      this.#askToWithdrawAll();
    });
    this.#all.hidden = true;
    const headingId = freshId();
    this.element = h(
      'section',
      { class: 'card', 'aria-labelledby': headingId },
      h('div', { class: 'bar' }, h('h2', { id: headingId }, words.links.heading), this.#count, this.#all),
      this.#hint,
      rows,
    );
    this.#timer = setInterval(() => {
      if (document.visibilityState === 'visible') this.reread();
    }, REREAD_MS);
    this.reread();
  }

  /** Shows the links as they are on the server now. */
  reread(): void {
    void this.#read();
  }

  /** Ends what goes on by itself. */
  close(): void {
    clearInterval(this.#timer);
    this.#reading = Infinity;
  }

  async #read(): Promise<void> {
    this.#reading += 1;
    const reading = this.#reading;
    try {
      const links = await this.#context.client.listLinks(this.#room);
      if (reading === this.#reading) this.#show(links);
    } catch {
      // The notices say already that the server is away, or the room; what was shown is tried again.
    }
  }

  #show(links: readonly LinkResource[]): void {
    this.#links = links;
    // Whoever has just made a link looks for it at the top.
    this.#list.show([...links].reverse());
    setText(this.#count, links.length === 0 ? '' : String(links.length));
    setText(this.#hint, links.length === 0 ? words.links.none : words.links.explain);
    this.#all.hidden = links.length === 0;
  }

  #row({ id, role, name, madeAt, expiresAt }: LinkResource): Row<LinkResource> {
    const { links: say, person } = words;
    const whose = name ?? say.anybody;
    const which = [whose, person.roles[role], say.until(format.moment(expiresAt))].join(words.log.and);
    const made = h('span', { class: 'hint' });
    const withdraw = button(
      say.withdraw,
      () => {
        this.#askToWithdraw(id, name);
      },
      'quiet',
      {
        'aria-label': words.room.setting(say.withdraw, which),
      },
    );
    const about = h(
      'div',
      { class: 'about-link' },
      h('span', { class: name === null ? undefined : 'whose' }, whose),
      h('span', { class: role === 'host' ? 'badge warn' : 'badge' }, person.roles[role]),
      h('span', { class: 'hint until' }, say.until(format.moment(expiresAt))),
      made,
    );
    return {
      element: h('li', {}, about, withdraw),
      update: ({ madeBy }) => {
        setText(made, say.made(format.moment(madeAt), this.#nameOf(madeBy)));
      },
    };
  }

  /** Who has made a link, in words; what people make on the room's page, they make by a link of their own. */
  #nameOf(madeBy: string | null): string {
    if (madeBy === null) return words.links.somebody;
    const own = this.#links.find(({ id }) => madeBy === `link-${id}`);
    return own?.name ?? (madeBy.startsWith('link-') ? words.links.host : madeBy);
  }

  #askToWithdraw(id: string, name: string | null): void {
    const { links: say } = words;
    openDialog({
      heading: name === null ? say.withdrawThis : say.withdrawOf(name),
      content: [h('p', {}, say.withdrawExplain)],
      submitLabel: say.withdraw,
      danger: true,
      submit: () => this.#withdraw(id, say.withdrawn),
    });
  }

  #askToWithdrawAll(): void {
    const { links: say } = words;
    openDialog({
      heading: say.allHeading(this.#room),
      content: [h('p', {}, say.allExplain)],
      submitLabel: say.withdrawAll,
      danger: true,
      submit: () => this.#withdraw(null, say.allWithdrawn),
    });
  }

  async #withdraw(id: string | null, done: string): Promise<void> {
    const { client, notices } = this.#context;
    try {
      await client.revokeLinks(this.#room, id);
    } catch (error) {
      // Somebody else was faster, or it has expired: it lets nobody in, as was wanted.
      if (!(error instanceof ApiError && error.code === 'link-not-found')) throw error;
    }
    await this.#read();
    notices.done(done);
  }
}
