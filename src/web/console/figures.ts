import { ApiError, UnreachableError, type Webstreamer } from '../../client/index.ts';
import type { ConnectionStats, RoomStats, ServerStats } from '../../protocol/http-api/stats.ts';
import { Signal } from './signal.ts';
import { TimeSeries } from './time-series.ts';

/** How often figures are asked for. */
export const FIGURES_INTERVAL_MS = 2000;
const WINDOW_SECONDS = 600;
const GAP_SECONDS = 7;
const CAPACITY = 400;

/** The series of all connections taken together; no connection can have this id. */
export const TOGETHER = '*';

/** What is plotted of a room: a series for each connection, and one for all. */
export const ROOM_PLOTS = ['incoming', 'outgoing', 'loss', 'roundTrip'] as const;
/** See {@link ROOM_PLOTS}. */
export type RoomPlot = (typeof ROOM_PLOTS)[number];

/** What is plotted of the server: series by process for the first two, and one for all. */
export const SERVER_PLOTS = ['cpu', 'memory', 'users'] as const;
/** See {@link SERVER_PLOTS}. */
export type ServerPlot = (typeof SERVER_PLOTS)[number];

/** The worse loss of both ways; null when neither is known. */
export function worstLoss({ incoming, outgoing }: ConnectionStats): number | null {
  const known = [incoming?.lossRatio, outgoing?.lossRatio].filter((loss) => loss !== null && loss !== undefined);
  return known.length === 0 ? null : Math.max(...known);
}

const FIGURE: Record<RoomPlot, (connection: ConnectionStats) => number | null> = {
  incoming: ({ incoming }) => incoming?.bitrateBps ?? null,
  outgoing: ({ outgoing }) => outgoing?.bitrateBps ?? null,
  loss: worstLoss,
  roundTrip: ({ outgoing }) => outgoing?.roundTripMs ?? null,
};

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** The figures of one plot: each connection's, and that of the room: the sum of bitrates, the average of loss and round trip. */
export function roomFigures(plot: RoomPlot, connections: readonly ConnectionStats[]): Record<string, number> {
  const all = connections.flatMap((connection) => {
    const figure = FIGURE[plot](connection);
    return figure === null ? [] : [[connection.id, figure] as const];
  });
  if (all.length === 0) return {};
  const total = sum(all.map(([, figure]) => figure));
  const isSum = plot === 'incoming' || plot === 'outgoing';
  return { [TOGETHER]: isSum ? total : total / all.length, ...Object.fromEntries(all) };
}

/** The figures of one plot of the server, by process id. */
export function serverFigures(plot: ServerPlot, { server, workers, users }: ServerStats): Record<string, number> {
  if (plot === 'users') return { [TOGETHER]: users };
  const key = plot === 'cpu' ? 'cpu' : 'residentBytes';
  const processes = [server, ...workers].map((process) => [`pid ${process.pid}`, process[key]] as const);
  return { [TOGETHER]: sum(processes.map(([, figure]) => figure)), ...Object.fromEntries(processes) };
}

type Book<Plot extends string> = Readonly<Record<Plot, TimeSeries>>;

function emptyBook<Plot extends string>(plots: readonly Plot[]): Book<Plot> {
  const options = { windowSeconds: WINDOW_SECONDS, gapSeconds: GAP_SECONDS, capacity: CAPACITY };
  return Object.fromEntries(plots.map((plot) => [plot, new TimeSeries(options)])) as unknown as Book<Plot>;
}

/** Why there are no figures at the moment: a code of the API, or null. */
type Trouble = string | null;

/** Asks for figures of the server and of the room that is looked at, and keeps those of the last ten minutes. */
export class Figures {
  /** Tells that figures have come, or that they could not be had. */
  readonly changed = new Signal();
  /** Tells of each answer whether there was one. */
  readonly reached = new Signal<boolean>();
  server: ServerStats | undefined;
  room: RoomStats | undefined;
  serverTrouble: Trouble = null;
  roomTrouble: Trouble = null;
  readonly serverBook = emptyBook(SERVER_PLOTS);
  readonly #client: Pick<Webstreamer, 'stats' | 'roomStats' | 'health'>;
  readonly #mayAskServer: boolean;
  readonly #roomBooks = new Map<string, Book<RoomPlot>>();
  readonly #now: () => number;
  #watched: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** Begins to ask; `server` = whether the server's own figures may be asked for. */
  constructor(
    client: Pick<Webstreamer, 'stats' | 'roomStats' | 'health'>,
    { server, now = Date.now }: { server: boolean; now?: () => number },
  ) {
    this.#client = client;
    this.#mayAskServer = server;
    this.#now = now;
    void this.#poll();
  }

  /** The room whose figures are asked for; null = none. */
  watch(room: string | null): void {
    if (room === this.#watched) return;
    this.#watched = room;
    this.room = undefined;
    this.roomTrouble = null;
    if (room !== null) void this.#askRoom();
  }

  /** What is kept of a room. */
  roomBook(room: string): Book<RoomPlot> {
    const book = this.#roomBooks.get(room) ?? emptyBook(ROOM_PLOTS);
    this.#roomBooks.set(room, book);
    return book;
  }

  /** Forgets the figures of rooms that are gone. */
  keepOnly(rooms: ReadonlySet<string>): void {
    for (const room of this.#roomBooks.keys()) if (!rooms.has(room)) this.#roomBooks.delete(room);
  }

  /** Ceases to ask. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #poll(): Promise<void> {
    await Promise.all([this.#askServer(), this.#askRoom()]);
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#poll(), FIGURES_INTERVAL_MS);
  }

  async #askServer(): Promise<void> {
    if (!this.#mayAskServer) {
      await this.#ask(() => this.#client.health());
      return;
    }
    const { answer, trouble } = await this.#ask(() => this.#client.stats());
    this.server = answer ?? this.server;
    this.serverTrouble = trouble;
    if (answer !== undefined)
      for (const plot of SERVER_PLOTS) this.serverBook[plot].add(this.#now() / 1000, serverFigures(plot, answer));
    this.changed.tell();
  }

  async #askRoom(): Promise<void> {
    const room = this.#watched;
    if (room === null) return;
    const { answer, trouble } = await this.#ask(() => this.#client.roomStats(room));
    if (room !== this.#watched) return;
    this.room = answer;
    this.roomTrouble = trouble;
    const book = this.roomBook(room);
    if (answer !== undefined)
      for (const plot of ROOM_PLOTS) book[plot].add(this.#now() / 1000, roomFigures(plot, answer.connections));
    this.changed.tell();
  }

  async #ask<T>(ask: () => Promise<T>): Promise<{ answer: T | undefined; trouble: Trouble }> {
    try {
      const answer = await ask();
      if (!this.#closed) this.reached.tell(true);
      return { answer, trouble: null };
    } catch (error) {
      if (!this.#closed) this.reached.tell(!(error instanceof UnreachableError));
      return { answer: undefined, trouble: error instanceof ApiError ? error.code : 'unreachable' };
    }
  }
}
