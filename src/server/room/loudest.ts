/** Levels are in dBov, as in RFC 6464: 0 is the loudest that can be, -127 is silence. */
const SILENCE_DB = -127;
/** What a floor that was just given counts as: its holder has a moment to begin to speak. */
const GIVEN_DB = 0;

/** When somebody takes the floor by speaking. */
export interface LoudestParameters {
  /** The level from which on somebody speaks. */
  speechDb: number;
  /** How much louder than the one who has the floor somebody must be. */
  marginDb: number;
  /** How long somebody must have been that loud: longer than a cough. */
  takeMs: number;
  /** A pause that does not make them begin anew: one between two words. */
  pauseMs: number;
  /** How fast the level of the one who has the floor is forgotten, in dB per second: they too pause between words. */
  releaseDbPerS: number;
  /** The time that each measurement of levels stands for. */
  periodMs: number;
}

/** See {@link LoudestParameters}. */
export const LOUDEST: LoudestParameters = {
  speechDb: -50,
  marginDb: 3,
  takeMs: 700,
  pauseMs: 200,
  releaseDbPerS: 60,
  periodMs: 100,
};

interface Challenger {
  /** How long they have been louder than the one who has the floor. */
  loudMs: number;
  /** When they were last. */
  lastMs: number;
}

/** What must be known to hear whether the floor goes to somebody else. */
export interface Contest {
  readonly speaker: string | null;
  /** The level of the one who has the floor, falling slowly. */
  readonly heldDb: number;
  readonly heardMs: number;
  readonly challengers: ReadonlyMap<string, Challenger>;
}

/** The contest as it begins when somebody has just been given the floor; `speaker` = their id, or null for nobody. */
export function contestFor(speaker: string | null, nowMs: number): Contest {
  return { speaker, heldDb: speaker === null ? SILENCE_DB : GIVEN_DB, heardMs: nowMs, challengers: new Map() };
}

/**
 * The contest after one measurement: `levels` = of each person by id, those who are not in it are silent. Whoever has been louder than
 * the one who has the floor for long enough takes it; silence changes nothing.
 */
export function hear(
  contest: Contest,
  levels: ReadonlyMap<string, number>,
  nowMs: number,
  parameters: LoudestParameters = LOUDEST,
): Contest {
  const { speechDb, marginDb, takeMs, pauseMs, releaseDbPerS, periodMs } = parameters;
  const { speaker } = contest;
  const own = speaker === null ? SILENCE_DB : (levels.get(speaker) ?? SILENCE_DB);
  const heldDb = Math.max(own, contest.heldDb - (releaseDbPerS * (nowMs - contest.heardMs)) / 1000, SILENCE_DB);
  const challengers = new Map(
    [...contest.challengers].filter(([, { lastMs }]) => nowMs - lastMs <= pauseMs + periodMs),
  );
  for (const [id, db] of levels) {
    if (id === speaker || db < speechDb || db < heldDb + marginDb) continue;
    challengers.set(id, { loudMs: (challengers.get(id)?.loudMs ?? 0) + periodMs, lastMs: nowMs });
  }
  const loudest = (a: string, b: string) => (levels.get(b) ?? SILENCE_DB) - (levels.get(a) ?? SILENCE_DB);
  const [taker] = [...challengers.keys()].filter((id) => (challengers.get(id)?.loudMs ?? 0) >= takeMs).sort(loudest);
  if (taker === undefined) return { speaker, heldDb, heardMs: nowMs, challengers };
  return { speaker: taker, heldDb: levels.get(taker) ?? speechDb, heardMs: nowMs, challengers: new Map() };
}
