import { addTraffic, type EndpointFigures, NO_TRAFFIC, type TrafficFigures } from '../protocol/media-ipc/figures.ts';

/** What all endpoints of a worker have received and sent, those that have ended included. */
export class Traffic {
  #ended = NO_TRAFFIC;

  /** Keeps the figures of an endpoint that ends. */
  ended(figures: EndpointFigures): void {
    this.#ended = { ...addTraffic(this.#ended, figures), sources: 0, slots: 0 };
  }

  /** The sum of these, which are there now, and of those that have ended. */
  total(endpoints: readonly EndpointFigures[]): TrafficFigures {
    return endpoints.reduce(addTraffic, this.#ended);
  }
}
