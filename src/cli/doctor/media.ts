import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageInfo } from '../../common/package-info.ts';
import type { Config } from '../../protocol/config.ts';
import { WORKER_OPTIONS_VARIABLE, type WorkerOptionsInput } from '../../protocol/media-ipc/messages.ts';
import { SelfTest } from '../../protocol/media-ipc/self-test.ts';
import { broken, fine, type Finding, warning } from './finding.ts';

const SELF_TEST_MS = 60_000;

/** What the media process says of itself; rejects when it ends without a word. */
async function selfTest({ ice: { addresses, ...ice }, video, grid }: Config): Promise<SelfTest> {
  const { root } = packageInfo(import.meta.url);
  const options: WorkerOptionsInput = {
    iceAddresses: addresses,
    ice,
    maxVideoBitrateBps: video.maxBitrateBps,
    grid,
    stallTimeoutMs: 8000,
  };
  const entry = join(root, 'dist', 'worker', 'self-test.js');
  const { stdout } = await promisify(execFile)(process.execPath, [entry], {
    env: { ...process.env, [WORKER_OPTIONS_VARIABLE]: JSON.stringify(options) },
    timeout: SELF_TEST_MS,
  });
  return SelfTest.parse(JSON.parse(stdout));
}

function elementFindings({ missing }: SelfTest): Finding[] {
  if (missing.length === 0) return [fine('gstreamer', 'GStreamer has every element that is needed')];
  return missing.map(({ element, debianPackage, purpose }) =>
    broken(
      'gstreamer',
      `GStreamer has no ${element}, without which there is no webstreamer; it is for: ${purpose}`,
      `apt-get install ${debianPackage}`,
    ),
  );
}

/** A candidate (RFC 8839, section 5.1) as `address:port (type)`. */
function shortCandidate(candidate: string): string {
  const [, , protocol = '', , address = '', port = '', , type = ''] = candidate.split(' ');
  return `${address} ${protocol.toLowerCase()} ${port} (${type})`;
}

function candidateFindings(candidates: readonly string[], config: Config): Finding[] {
  const what = `browsers would be offered: ${candidates.map(shortCandidate).join(', ') || 'nothing'}`;
  if (candidates.length === 0)
    return [
      broken('candidates', what, 'Look at ice.addresses, ice.portRange and ice.transportPolicy (docs/network.md).'),
    ];
  const outside = candidates.filter((candidate) => !/ (127\.|::1 )/.test(candidate));
  if (outside.length === 0)
    return [
      warning(
        'candidates',
        what,
        'Only browsers on this machine can have media; give the machine an address, or name it in ice.addresses.',
      ),
    ];
  const types = [
    ...(config.ice.stunServer === undefined ? [] : [['srflx', 'ice.stunServer']]),
    ...(config.ice.turnServers.length === 0 ? [] : [['relay', 'ice.turnServers']]),
  ] as const;
  const absent = types.filter(([type]) => !candidates.some((candidate) => candidate.includes(` typ ${type}`)));
  // A server that sees the machine as it sees itself adds nothing.
  return [
    fine('candidates', what),
    ...absent
      .filter(([type]) => type === 'relay')
      .map(([type, key]) =>
        broken(
          'candidates',
          `${key} is set, and there is no candidate of the type ${type}`,
          `Look at the finding about ${key}.`,
        ),
      ),
  ];
}

/** GStreamer, its elements, the addresses that browsers are offered, and one real call. */
export async function checkMedia(config: Config): Promise<Finding[]> {
  let result: SelfTest;
  try {
    result = await selfTest(config);
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return [
      broken('gstreamer', `the media process cannot be run: ${why ?? ''}`, 'Build webstreamer with npm run build.'),
    ];
  }
  const { bindingProblem, call } = result;
  if (bindingProblem !== null)
    return [
      broken(
        'binding',
        `the binding to GStreamer cannot be loaded: ${bindingProblem}`,
        'npm run build installs and builds what it needs.',
      ),
    ];
  const findings = [fine('binding', 'the binding to GStreamer is there'), ...elementFindings(result)];
  if (call === null) return findings;
  findings.push(...candidateFindings(call.candidates, config));
  if (call.pictureAfterMs !== null)
    findings.push(
      fine('call', `a test call on this machine had its first picture after ${Math.round(call.pictureAfterMs)} ms`),
    );
  else
    findings.push(
      broken(
        'call',
        `a test call on this machine had no picture${call.problem === null ? '' : `: ${call.problem}`}`,
        'Look for a firewall on this machine that drops UDP between its own addresses.',
      ),
    );
  return findings;
}
