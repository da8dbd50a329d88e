// One sender and many receivers: what the server spends on each packet it forwards, beside Janus and a bare forwarder.
import { parseArgs } from 'node:util';
import { CLIPS, prepareClip } from './load/clip.ts';
import {
  compare,
  marginalMbPerPerson,
  marginalUsPerPacket,
  ratioRows,
  ratios,
  ratioSpreads,
  rounded,
  row,
} from './measure/compare.ts';
import { report } from './figures.ts';
import { forwarderCall } from './peers/forwarder.ts';
import { janusAbsence, streamingCall } from './peers/janus.ts';
import { speakerCall } from './peers/webstreamer.ts';

const OURS = 'webstreamer';
const HEADLINE = 30;

const { values } = parseArgs({
  options: {
    receivers: { type: 'string', default: '10,30,60' },
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const sizes = values.receivers.split(',').map(Number);
const series = await compare({
  candidates: [
    { name: OURS, absent: null, start: speakerCall },
    { name: 'janus', absent: janusAbsence(), start: streamingCall },
    { name: 'node-datachannel', absent: null, start: forwarderCall },
  ],
  sizes,
  repetitions: Number(values.repetitions),
  clipFolder: await prepareClip('.cache/clips', CLIPS['720p']),
  warmUpMs: 2000,
  measureMs: Number(values.seconds) * 1000,
});
const figures = Object.fromEntries(series.map((one) => [`${one.candidate}, ${one.size} receivers`, row(one)]));
for (const name of new Set(series.map(({ candidate }) => candidate))) {
  const own = series.filter(({ candidate }) => candidate === name);
  const usPerPacket = marginalUsPerPacket(own);
  const mbPerPerson = marginalMbPerPerson(own);
  if (usPerPacket !== null && mbPerPerson !== null)
    figures[`${name}, each one more`] = rounded({ 'CPU µs/packet': usPerPacket, 'MB/person': mbPerPerson });
}
const compared = ratioSpreads(series, OURS, sizes.includes(HEADLINE) ? HEADLINE : (sizes.at(-1) ?? HEADLINE));
report('forward', { ...figures, ...ratioRows(compared) }, ratios(compared), series);
