import type { Webstreamer } from '../../../client/index.ts';
import type { EventLog } from '../event-log.ts';
import type { Figures } from '../figures.ts';
import type { Live } from '../live.ts';
import type { Rights } from '../rights.ts';
import type { Notices } from './notices.ts';

/** What the views are made of. */
export interface ConsoleContext {
  client: Webstreamer;
  rights: Rights;
  live: Live;
  figures: Figures;
  log: EventLog;
  notices: Notices;
}

/** A view that fills the page. */
export interface View {
  element: HTMLElement;
  /** What the window is called. */
  title: string;
  close(): void;
}
