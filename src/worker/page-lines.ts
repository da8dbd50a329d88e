import type { MediaKind, PageLine, SlotLine } from './page-description.ts';
import type { OfferedLine } from './page-offer.ts';

type Line =
  | { slot: number; receives: boolean }
  | { slot: null; kind: MediaKind; mid: string; receives: boolean; refused: boolean };

/** What a page can begin to send at a time, at most: a screen and its sound, a camera and a microphone. */
const MAX_WISHES = 4;

/** The m-lines of one page behind that of the sound, in their order: those of our slots, and those that the page has made. None ever goes. */
export class PageLines {
  // Slot 0 is `main`, through which the page sends from the start.
  readonly #lines: Line[] = [{ slot: 0, receives: true }];
  #slots = 1;
  /** The lines that have come by wishes since the last offer. */
  #wished = 0;

  /** To be called for each offer, with the number of slots: those that are new get a line each. */
  makeRoomFor(slots: number): void {
    this.#wished = 0;
    while (this.#slots < slots) this.#lines.push({ slot: this.#slots++, receives: false });
  }

  /**
   * How each line looks to the page; `ofSlot` tells it of a slot's line, on which the page may send or not, at most `maxBitrateBps` on
   * any line.
   */
  describe(maxBitrateBps: number, ofSlot: (slot: number, receives: boolean) => SlotLine): (SlotLine | PageLine)[] {
    return this.#lines.map((line) => {
      if (line.slot !== null) return ofSlot(line.slot, line.receives);
      const { kind, mid, receives, refused } = line;
      const direction = refused ? 'refused' : receives ? 'recvonly' : 'inactive';
      return { kind, mid, direction, ...(kind === 'video' && { maxBitrateBps }) };
    });
  }

  /** Takes the lines of a page's offer over: the page may send where it wants to, and has made those that are new. */
  adopt(offered: readonly OfferedLine[]): void {
    for (const [index, { kind, mid, sends, refused }] of offered.slice(1).entries()) {
      const line = this.#lines[index];
      if (line && line.slot !== null) line.receives ||= sends;
      else this.#lines[index] = { slot: null, kind, mid, receives: sends || (line?.receives ?? false), refused };
    }
  }

  /**
   * Takes note of an offer that the page has to take back: where it wanted to send, it may do so after our next offer. For what it
   * wanted to send on new lines there are lines of ours then, which it will use (RFC 8829, section 5.10).
   *
   * @param agreed the number of lines, the sound's left out, that the page's offer began with
   * @returns whether an offer is needed for that
   */
  wish(offered: readonly OfferedLine[], agreed: number): boolean {
    const wanted = offered.slice(1).filter(({ sends, refused }) => sends && !refused);
    const here = offered.slice(1, agreed + 1).flatMap(({ sends }, index) => (sends ? (this.#lines[index] ?? []) : []));
    const closed = here.filter(({ receives }) => !receives);
    for (const line of closed) line.receives = true;
    const further = wanted.slice(here.length + this.#wished, here.length + MAX_WISHES);
    for (const { kind } of further) {
      // The sound's line comes before these.
      this.#lines.push({ slot: null, kind, mid: `${kind}${this.#lines.length + 1}`, receives: true, refused: false });
      this.#wished++;
    }
    return closed.length + further.length > 0;
  }
}
