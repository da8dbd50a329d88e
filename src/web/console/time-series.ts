/** Figures at one moment, by series; what is not named was not known. */
type Row = ReadonlyMap<string, number>;

/** What a table says of a series; null where there was nothing. */
export interface SeriesSummary {
  now: number | null;
  least: number | null;
  mean: number | null;
  most: number | null;
}

/** Figures of the last while, of series that come and go. Bounded in time and in number. */
export class TimeSeries {
  readonly #windowSeconds: number;
  readonly #gapSeconds: number;
  readonly #capacity: number;
  #times: number[] = [];
  #rows: Row[] = [];

  /**
   * Keeps `windowSeconds` of figures, and at most `capacity`; after `gapSeconds` without figures nothing is drawn between the last ones
   * and the next.
   */
  constructor({
    windowSeconds,
    gapSeconds,
    capacity,
  }: {
    windowSeconds: number;
    gapSeconds: number;
    capacity: number;
  }) {
    this.#windowSeconds = windowSeconds;
    this.#gapSeconds = gapSeconds;
    this.#capacity = capacity;
  }

  /** How many moments are kept. */
  get length(): number {
    return this.#times.length;
  }

  /** Keeps figures of `atSeconds` (since 1970); those that are not later than the last ones are left out. */
  add(atSeconds: number, figures: Readonly<Record<string, number | null | undefined>>): void {
    const last = this.#times.at(-1);
    if (last !== undefined && atSeconds <= last) return;
    if (last !== undefined && atSeconds - last > this.#gapSeconds) this.#push((last + atSeconds) / 2, new Map());
    const known = Object.entries(figures).filter((figure): figure is [string, number] => Number.isFinite(figure[1]));
    this.#push(atSeconds, new Map(known));
    const tooOld = this.#times.findIndex((time) => time > atSeconds - this.#windowSeconds);
    const surplus = Math.max(tooOld, this.#times.length - this.#capacity);
    if (surplus > 0) {
      this.#times = this.#times.slice(surplus);
      this.#rows = this.#rows.slice(surplus);
    }
  }

  /** The series of which there is any figure, in the order in which they came. */
  names(): string[] {
    return [...new Set(this.#rows.flatMap((row) => [...row.keys()]))];
  }

  /** The moments, and the figures of each series at them, null where there is none: as uPlot takes it. */
  columns(names: readonly string[]): [times: number[], ...series: (number | null)[][]] {
    return [[...this.#times], ...names.map((name) => this.#column(name))];
  }

  /** The latest, least, mean and most of a series. */
  summary(name: string): SeriesSummary {
    const column = this.#column(name);
    const figures = column.filter((figure) => figure !== null);
    if (figures.length === 0) return { now: null, least: null, mean: null, most: null };
    return {
      now: column.at(-1) ?? null,
      least: Math.min(...figures),
      mean: figures.reduce((sum, figure) => sum + figure, 0) / figures.length,
      most: Math.max(...figures),
    };
  }

  #column(name: string): (number | null)[] {
    return this.#rows.map((row) => row.get(name) ?? null);
  }

  #push(time: number, row: Row): void {
    this.#times.push(time);
    this.#rows.push(row);
  }
}
