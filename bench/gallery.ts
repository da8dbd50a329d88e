// Everybody sends and sees everybody else: what the server spends on each packet it forwards, beside Janus' VideoRoom.
import { parseArgs } from 'node:util';
import { CLIPS, prepareClip } from './load/clip.ts';
import { compare, exponentOnStreams, ratioRows, ratios, ratioSpreads, rounded, row } from './measure/compare.ts';
import { report } from './figures.ts';
import { janusAbsence, videoRoomCall } from './peers/janus.ts';
import { galleryCall } from './peers/webstreamer.ts';

const OURS = 'webstreamer';
const GREATEST_EXPONENT = 1.1;

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '4,6,10' },
    repetitions: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '10' },
    json: { type: 'boolean' },
    save: { type: 'boolean' },
  },
});
const sizes = values.people.split(',').map(Number);
const series = await compare({
  candidates: [
    { name: OURS, absent: null, start: galleryCall },
    { name: 'janus', absent: janusAbsence(), start: videoRoomCall },
  ],
  sizes,
  repetitions: Number(values.repetitions),
  clipFolder: await prepareClip('.cache/clips', CLIPS['360p']),
  warmUpMs: 2000,
  measureMs: Number(values.seconds) * 1000,
});
const figures = Object.fromEntries(series.map((one) => [`${one.candidate}, ${one.size} people`, row(one)]));
for (const name of new Set(series.map(({ candidate }) => candidate))) {
  const growth = exponentOnStreams(series.filter(({ candidate }) => candidate === name));
  if (growth === null) continue;
  const columns = {
    'exponent on streams': growth.median,
    least: growth.min,
    most: growth.max,
    'at most': GREATEST_EXPONENT,
  };
  figures[`${name}, growth of the CPU`] = rounded(columns);
}
const compared = ratioSpreads(series, OURS, sizes.at(-1) ?? 0);
report('gallery', { ...figures, ...ratioRows(compared) }, ratios(compared), series);
