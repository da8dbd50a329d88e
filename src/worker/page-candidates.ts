import { WebstreamerError } from '../protocol/errors.ts';
import type { IceCandidate } from '../protocol/media-ipc/view.ts';

const USABLE = /^(a=)?candidate:\S+ [12] udp \d+ ([\d.]+|[\da-f:]+) \d+ typ (host|srflx|prflx|relay)( |$)/i;
const PLAUSIBLE = /^(a=)?candidate:\S+ \d+ (udp|tcp) \d+ \S+ \d+ typ \w+/i;
/** A page has a few addresses, and more when its network changes; each candidate costs memory and checks for the rest of the call. */
const MAX_CANDIDATES = 100;

/** The ICE candidates of a page: looked at, counted, and held back until webrtcbin can take them. */
export class PageCandidates {
  readonly #use: (candidate: IceCandidate) => void;
  #held: IceCandidate[] | null = [];
  #count = 0;

  /** `use` gets the candidates that can be of use, none before `release()`. */
  constructor(use: (candidate: IceCandidate) => void) {
    this.#use = use;
  }

  /** Takes a candidate; throws `bad-candidate` for nonsense, and when there are too many. */
  add(candidate: IceCandidate): void {
    if (!PLAUSIBLE.test(candidate.candidate)) throw new WebstreamerError('bad-candidate');
    // Active TCP candidates and mDNS names cannot be reached from here.
    if (!USABLE.test(candidate.candidate)) return;
    if (this.#count === MAX_CANDIDATES)
      throw new WebstreamerError('bad-candidate', `the page has sent ${MAX_CANDIDATES} candidates already`);
    this.#count++;
    if (this.#held) this.#held.push(candidate);
    else this.#use(candidate);
  }

  /** There is an answer: lets those go that were held back, and holds none from now on. */
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const candidate of held) this.#use(candidate);
  }
}
