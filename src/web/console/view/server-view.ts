import type { ServerStats } from '../../../protocol/http-api/stats.ts';
import { SERVER_PLOTS, type ServerPlot } from '../figures.ts';
import type { ConsoleContext, View } from './console-context.ts';
import { h, KeyedList, type Row, setText } from './elements.ts';
import { Plot } from './plot.ts';
import { format, words } from './say.ts';

interface ProcessItem {
  pid: number;
  label: string;
  cells: string[];
}

function processesOf({ server, workers }: ServerStats): ProcessItem[] {
  const { server: say } = words;
  const use = ({ cpu, residentBytes, threads }: ServerStats['server']) => [
    format.number(cpu),
    format.bytes(residentBytes),
    String(threads),
  ];
  return [
    { pid: server.pid, label: say.main, cells: [...use(server), '', ''] },
    ...workers.map((worker) => ({
      pid: worker.pid,
      label: say.worker(worker.pid),
      cells: [...use(worker), String(worker.rooms), String(worker.endpoints)],
    })),
  ];
}

function processRow(): Row<ProcessItem> {
  const label = h('th', { scope: 'row' });
  const cells = Array.from({ length: 5 }, () => h('td'));
  return {
    element: h('tr', {}, label, ...cells),
    update(item) {
      setText(label, item.label);
      for (const [index, cell] of cells.entries()) setText(cell, item.cells[index] ?? '');
    },
  };
}

/** What the server and its media workers use. */
export function serverView({ figures }: ConsoleContext): View {
  const { server: say, plots: sayPlots } = words;
  const facts = { since: h('dd'), rooms: h('dd'), connections: h('dd'), users: h('dd'), restarts: h('dd') };
  const body = h('tbody');
  const list = new KeyedList<ProcessItem>(body, ({ pid }) => String(pid), processRow);
  const plots = serverPlots(() => figures.server);
  const trouble = h('p', { class: 'notice warn', hidden: true }, sayPlots.unavailable);
  const head = [say.process, say.cpu, say.memory, say.threads, say.rooms, say.endpoints];
  const show = () => {
    trouble.hidden = figures.serverTrouble === null;
    const { server } = figures;
    if (server !== undefined) {
      setText(facts.since, format.duration(server.uptimeSeconds));
      setText(facts.rooms, String(server.rooms));
      setText(facts.connections, String(server.connections));
      setText(facts.users, String(server.users));
      setText(facts.restarts, String(server.workerRestarts));
      list.show(processesOf(server));
    }
    for (const plot of SERVER_PLOTS) plots[plot].update(figures.serverBook[plot]);
  };
  const table = h(
    'table',
    {},
    h('caption', { class: 'unseen' }, say.processes),
    h('thead', {}, h('tr', {}, ...head.map((text) => h('th', { scope: 'col' }, text)))),
    body,
  );
  const fact = (name: keyof typeof facts) => h('div', {}, h('dt', {}, say[name]), facts[name]);
  const element = h(
    'div',
    { class: 'stack' },
    h('h1', { tabindex: -1 }, say.heading),
    trouble,
    h(
      'dl',
      { class: 'card facts' },
      fact('since'),
      fact('rooms'),
      fact('connections'),
      fact('users'),
      fact('restarts'),
    ),
    h('div', { class: 'plots' }, ...SERVER_PLOTS.map((plot) => plots[plot].element)),
    h('h2', {}, say.processes),
    h('div', { class: 'card wide scroll', tabindex: 0, role: 'group', 'aria-label': say.processes }, table),
  );
  show();
  const stop = figures.changed.listen(show);
  return {
    title: say.heading,
    element,
    close() {
      stop();
      for (const plot of SERVER_PLOTS) plots[plot].close();
    },
  };
}

function serverPlots(stats: () => ServerStats | undefined): Record<ServerPlot, Plot> {
  const { plots: say, server } = words;
  const nameOf = (series: string) => {
    const pid = Number(series.replace('pid ', ''));
    return pid === stats()?.server.pid ? server.main : server.worker(pid);
  };
  const plot = (name: ServerPlot, write: (value: number | null) => string, atLeast: number) =>
    new Plot({ title: say[name], together: name === 'users' ? say.users : say.sum, nameOf, write, atLeast });
  return {
    cpu: plot('cpu', format.number, 1),
    memory: plot('memory', format.bytes, 100_000_000),
    users: plot('users', format.number, 4),
  };
}
