import { readdirSync } from 'node:fs';
import { WebstreamerError } from '../protocol/errors.ts';
import type { Request } from '../protocol/media-ipc/messages.ts';
import { METHODS, type Method, type Params, type Result, type WorkerFigures } from '../protocol/media-ipc/messages.ts';
import type { Endpoint } from './endpoint.ts';
import { MediaRoom } from './media-room.ts';
import type { WorkerContext } from './worker-context.ts';

type Handlers = { [M in Method]: (params: Params<M>) => Result<M> | Promise<Result<M>> };

/** The worker's side of the calls in `protocol/media-ipc`: rooms and endpoints by their ids. */
export class Dispatcher {
  readonly #context: WorkerContext;
  readonly #rooms = new Map<string, MediaRoom>();
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #onStop: () => Promise<void>;

  constructor(context: WorkerContext, onStop: () => Promise<void>) {
    this.#context = context;
    this.#onStop = onStop;
  }

  readonly #handlers: Handlers = {
    openRoom: async ({ room, codec }) => {
      await this.#context.slates.prepare(codec);
      this.#rooms.set(room, new MediaRoom(room, codec, this.#context));
      return null;
    },
    closeRoom: async ({ room }) => {
      const closing = this.#rooms.get(room);
      this.#rooms.delete(room);
      for (const endpoint of closing?.endpoints ?? []) this.#endpoints.delete(endpoint.id);
      await closing?.close();
      return null;
    },
    setGrid: ({ room, tiles }) => {
      const mediaRoom = this.#rooms.get(room);
      if (!mediaRoom) throw new WebstreamerError('media-room-closed');
      mediaRoom.setGrid(tiles);
      return null;
    },
    openEndpoint: ({ room, endpoint }) => {
      const mediaRoom = this.#rooms.get(room);
      if (!mediaRoom) throw new WebstreamerError('media-room-closed');
      this.#endpoints.set(endpoint, mediaRoom.open(endpoint));
      return null;
    },
    closeEndpoint: async ({ endpoint }) => {
      const closing = this.#endpoints.get(endpoint);
      this.#endpoints.delete(endpoint);
      await closing?.close();
      return null;
    },
    setView: ({ endpoint, view }) => this.#endpoint(endpoint).setView(view),
    createOffer: ({ endpoint }) => this.#endpoint(endpoint).createOffer(),
    acceptAnswer: ({ endpoint, sdp }) => this.#endpoint(endpoint).acceptAnswer(sdp),
    acceptOffer: ({ endpoint, sdp }) => this.#endpoint(endpoint).acceptOffer(sdp),
    endStream: ({ endpoint, streamId }) => {
      this.#endpoint(endpoint).endStream(streamId);
      return null;
    },
    addCandidate: ({ endpoint, candidate }) => {
      this.#endpoint(endpoint).addCandidate(candidate);
      return null;
    },
    sendTexts: ({ endpoint, texts }) => this.#endpoint(endpoint).sendTexts(texts),
    picture: async ({ endpoint }) => (await this.#endpoint(endpoint).picture()).toString('base64'),
    figures: ({ room }) => {
      const endpoints = this.#rooms.get(room)?.endpoints ?? [];
      return Object.fromEntries(endpoints.flatMap(({ id, figures }) => (figures ? [[id, figures]] : [])));
    },
    traffic: () => this.#context.traffic.total([...this.#endpoints.values()].flatMap(({ figures }) => figures ?? [])),
    dump: () => this.#dump(),
    stop: async () => {
      await Promise.allSettled([...this.#rooms.values()].map((room) => room.close()));
      await this.#onStop();
      return null;
    },
  };

  #endpoint(id: string): Endpoint {
    const endpoint = this.#endpoints.get(id);
    if (!endpoint) throw new WebstreamerError('endpoint-closed');
    return endpoint;
  }

  #dump(): WorkerFigures {
    const cpu = process.cpuUsage();
    return {
      rooms: this.#rooms.size,
      endpoints: this.#endpoints.size,
      pipelines: this.#context.gst.pipelines(),
      threads: readdirSync('/proc/self/task').length,
      fileDescriptors: readdirSync('/proc/self/fd').length,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      residentBytes: process.memoryUsage.rss(),
      allocatedBytes: this.#context.gst.allocatedBytes(),
    };
  }

  /** Answers one call; rejects with a WebstreamerError or with whatever GStreamer said. */
  async call(request: Request): Promise<unknown> {
    const params: unknown = METHODS[request.method].params.parse(request.params);
    const handler = this.#handlers[request.method] as (params: unknown) => unknown;
    return await handler(params);
  }

  /** Looks after every endpoint; called about once a second. */
  watch(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.watch();
  }
}
