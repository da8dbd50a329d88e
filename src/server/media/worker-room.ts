import { TypedEmitter } from '../../common/typed-emitter.ts';
import { WebstreamerError } from '../../protocol/errors.ts';
import type { EndpointFigures } from '../../protocol/media-ipc/figures.ts';
import type { GridTiles } from '../../protocol/media-ipc/grid.ts';
import type { EndpointEvent } from '../../protocol/media-ipc/messages.ts';
import type { IceCandidate, Offer, OfferAccepted, View, ViewChange } from '../../protocol/media-ipc/view.ts';
import type { Endpoint, EndpointEvents, MediaRoom, MediaRoomEvents, MediaRoomOptions } from './media-engine.ts';
import type { WorkerProcess } from './worker-process.ts';

/** A room in a worker, as the server holds it. */
export class WorkerRoom implements MediaRoom {
  readonly events = new TypedEmitter<MediaRoomEvents>();
  readonly #id: string;
  readonly #name: string;
  readonly #worker: WorkerProcess;
  readonly #onEnd: () => void;
  readonly #endpoints = new Map<string, WorkerEndpoint>();
  #lastEndpoint = 0;
  #closed = false;

  /** `name` = what the log calls it. */
  constructor(id: string, name: string, worker: WorkerProcess, onEnd: () => void) {
    this.#id = id;
    this.#name = name;
    this.#worker = worker;
    this.#onEnd = onEnd;
    worker.subjects.set(id, { room: name });
  }

  /** The number of endpoints. */
  get size(): number {
    return this.#endpoints.size;
  }

  /** Makes the room in the worker. */
  async open({ codec = 'vp8' }: MediaRoomOptions): Promise<void> {
    await this.#worker.call('openRoom', { room: this.#id, codec });
  }

  async createEndpoint(connection?: string): Promise<Endpoint> {
    if (this.#closed) throw new WebstreamerError('media-room-closed');
    const id = `${this.#id}/${++this.#lastEndpoint}`;
    const forget = () => {
      this.#endpoints.delete(id);
      this.#worker.subjects.delete(id);
    };
    const endpoint = new WorkerEndpoint(id, this.#worker, forget);
    this.#endpoints.set(id, endpoint);
    this.#worker.subjects.set(id, { room: this.#name, ...(connection !== undefined && { connection }) });
    try {
      await this.#worker.call('openEndpoint', { room: this.#id, endpoint: id });
      return endpoint;
    } catch (error) {
      forget();
      // A worker that was only late has made it all the same, and nobody else would end it.
      this.#worker.call('closeEndpoint', { endpoint: id }).catch(() => undefined);
      throw error;
    }
  }

  async setGrid(tiles: GridTiles): Promise<void> {
    if (this.#closed) throw new WebstreamerError('media-room-closed');
    await this.#worker.call('setGrid', { room: this.#id, tiles });
  }

  async figures(): Promise<ReadonlyMap<string, EndpointFigures>> {
    if (this.#closed) throw new WebstreamerError('media-room-closed');
    return new Map(Object.entries(await this.#worker.call('figures', { room: this.#id })));
  }

  /** Hands an event to its endpoint, if that is in this room. */
  deliver(endpoint: string, event: EndpointEvent): boolean {
    const found = this.#endpoints.get(endpoint);
    found?.deliver(event);
    return found !== undefined;
  }

  /** Takes note of how loud the endpoints are, if it is this room's that are meant. */
  deliverLevels(room: string, levels: Record<string, number>): void {
    if (room === this.#id && !this.#closed) this.events.emit('levels', new Map(Object.entries(levels)));
  }

  /** The worker is gone. */
  died(): void {
    if (this.#closed) return;
    this.#end();
    this.events.emit('died');
  }

  #end(): void {
    this.#closed = true;
    this.#onEnd();
    this.#worker.subjects.delete(this.#id);
    for (const endpoint of [...this.#endpoints.values()]) endpoint.ended();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#end();
    await closing(this.#worker.call('closeRoom', { room: this.#id }));
  }
}

class WorkerEndpoint implements Endpoint {
  readonly id: string;
  readonly events = new TypedEmitter<EndpointEvents>();
  readonly #worker: WorkerProcess;
  readonly #onEnd: () => void;
  #closed = false;

  constructor(id: string, worker: WorkerProcess, onEnd: () => void) {
    this.id = id;
    this.#worker = worker;
    this.#onEnd = onEnd;
  }

  deliver(event: EndpointEvent): void {
    if (this.#closed) return;
    if (event.type === 'candidate') this.events.emit('candidate', event.candidate);
    else if (event.type === 'published') this.events.emit('published', event.published);
    else if (event.type === 'channel') this.events.emit('channel', event.replaces);
    else if (event.type === 'text') this.events.emit('text', event.text);
    else this.events.emit(event.type);
  }

  /** It is gone, with its room or its worker. */
  ended(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onEnd();
    this.events.emit('closed');
  }

  async setView(view: View): Promise<ViewChange> {
    this.#assertOpen();
    return await this.#worker.call('setView', { endpoint: this.id, view });
  }

  async createOffer(): Promise<Offer> {
    this.#assertOpen();
    return await this.#worker.call('createOffer', { endpoint: this.id });
  }

  async acceptAnswer(sdp: string): Promise<{ renegotiate: boolean }> {
    this.#assertOpen();
    return await this.#worker.call('acceptAnswer', { endpoint: this.id, sdp });
  }

  async acceptOffer(sdp: string): Promise<OfferAccepted> {
    this.#assertOpen();
    return await this.#worker.call('acceptOffer', { endpoint: this.id, sdp });
  }

  async endStream(streamId: string): Promise<void> {
    this.#assertOpen();
    await this.#worker.call('endStream', { endpoint: this.id, streamId });
  }

  async addCandidate(candidate: IceCandidate): Promise<void> {
    this.#assertOpen();
    await this.#worker.call('addCandidate', { endpoint: this.id, candidate });
  }

  async sendTexts(texts: readonly string[]): Promise<boolean> {
    this.#assertOpen();
    return await this.#worker.call('sendTexts', { endpoint: this.id, texts: [...texts] });
  }

  async picture(): Promise<Buffer> {
    this.#assertOpen();
    return Buffer.from(await this.#worker.call('picture', { endpoint: this.id }), 'base64');
  }

  #assertOpen(): void {
    if (this.#closed) throw new WebstreamerError('endpoint-closed');
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.ended();
    await closing(this.#worker.call('closeEndpoint', { endpoint: this.id }));
  }
}

/** What a worker held has ended with the worker: to have died is as good as having closed. */
async function closing(call: Promise<null>): Promise<void> {
  await call.catch((error: unknown) => {
    if (!(error instanceof WebstreamerError) || error.code !== 'media-worker-died') throw error;
  });
}
