// From the operator's PUT of the speaker to the first frame of the new speaker painted at each viewer, where bots speak, which cost no
// browser, and where pages do; and from the PATCH of the layout until everybody in a
// call of four sees all of the new one, where all are pages, and where one is, beside three bots.
import { parseArgs } from 'node:util';
import type { Layout } from '../src/protocol/http-api/room.ts';
import { Cast } from '../test/e2e/support/cast.ts';
import { startServer, type TestServer } from '../test/e2e/support/server.ts';
import { type Figures, report, summary } from './figures.ts';
import { layoutChangesAmongPages, layoutChangesBesideBots } from './measure/layout-changes.ts';
import { changesAmongPages, changesOfBots } from './measure/speaker-changes.ts';

const { values } = parseArgs({
  options: {
    switches: { type: 'string', default: '30' },
    layouts: { type: 'string', default: '5' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});

/** Opens a room of four, and ends all afterwards. */
async function inRoom<T>(layout: Layout, scene: (cast: Cast, server: TestServer) => Promise<T>): Promise<T> {
  const server = await startServer({ rooms: [{ name: 'hall', layout, connections: ['1', '2', '3', '4'] }] });
  const cast = new Cast();
  try {
    return await scene(cast, server);
  } finally {
    await cast.close();
    await server.close();
  }
}

const figures: Figures = {};
const runs: Record<string, number[]> = {};
const [switches, layouts] = [Number(values.switches), Number(values.layouts)];
if (switches > 0) {
  const scenes: Record<string, (cast: Cast, server: TestServer) => Promise<number[]>> = {
    'two bots speak, a bot could decode (ms)': (cast, server) => changesOfBots(cast, server, switches, 0),
    'two bots speak, one page paints (ms)': (cast, server) => changesOfBots(cast, server, switches, 1),
    'two bots speak, two pages paint (ms)': (cast, server) => changesOfBots(cast, server, switches, 2),
    'two pages speak, two pages paint (ms)': (cast, server) => changesAmongPages(cast, server, switches),
  };
  for (const [name, scene] of Object.entries(scenes)) {
    const times = await inRoom('speaker', scene);
    console.error(`${name}: ${JSON.stringify(summary(times))}`);
    runs[name] = times;
    figures[name] = summary(times);
  }
}
if (layouts > 0) {
  const scenes = { 'one page, three bots': layoutChangesBesideBots, 'the last of four pages': layoutChangesAmongPages };
  for (const [seenBy, scene] of Object.entries(scenes)) {
    const changes = await inRoom('gallery', (cast, server) => scene(cast, server, 'hall', layouts));
    for (const [change, times] of changes) {
      const name = `${change}, seen by ${seenBy} (ms)`;
      runs[name] = times;
      figures[name] = summary(times);
    }
  }
}
report('switch', figures, {}, runs);
