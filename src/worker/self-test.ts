import type { SelfTest } from '../protocol/media-ipc/self-test.ts';
import { WORKER_OPTIONS_VARIABLE, WorkerOptions } from '../protocol/media-ipc/messages.ts';
import { purposeOf } from './gst/element-purposes.ts';
import { missingElements } from './gst/elements.ts';
import { type GstBinding, type GstElement, type GstPad, loadBinding } from './gst/binding.ts';
import { localAddresses } from './local-addresses.ts';
import { MediaRoom } from './media-room.ts';
import { Slates } from './slates.ts';
import { Traffic } from './traffic.ts';

// A process of its own: what it tests may end it.

const CALL_MS = 15_000;
/** How long candidates of STUN and TURN servers are waited for when the picture is there. */
const MORE_CANDIDATES_MS = 2000;

/** A page of GStreamer, on these addresses of this machine, that calls `onPicture` with the first whole picture that it gets. */
class TestPage {
  readonly #gst: GstBinding;
  readonly #pipeline: GstElement;
  readonly webrtcbin: GstElement;

  constructor(
    gst: GstBinding,
    addresses: Iterable<string>,
    onCandidate: (candidate: string) => void,
    onPicture: () => void,
  ) {
    this.#gst = gst;
    this.#pipeline = gst.createPipeline('page');
    this.webrtcbin = gst.createElement('webrtcbin');
    this.webrtcbin.set('bundle-policy', 'max-bundle');
    for (const address of addresses) this.webrtcbin.addIceAddress(address);
    this.#pipeline.add(this.webrtcbin);
    this.webrtcbin.on('on-ice-candidate', (_line: number, candidate: string) => {
      if (candidate !== '') onCandidate(candidate);
    });
    const onPad = (pad: GstPad) => {
      if (pad.direction() === 'src' && pad.caps().includes('VP8')) this.#receive(pad, onPicture);
    };
    this.webrtcbin.on('pad-added', onPad, true);
  }

  async answer(sdp: string): Promise<string> {
    await this.#pipeline.setState('playing');
    await this.webrtcbin.emit('set-remote-description', { type: 'offer', sdp });
    const { answer } = (await this.webrtcbin.emit('create-answer', null)) as { answer: { sdp: string } };
    await this.webrtcbin.emit('set-local-description', answer);
    return answer.sdp;
  }

  #receive(pad: GstPad, onPicture: () => void): void {
    const depayloader = this.#gst.createElement('rtpvp8depay');
    const appsink = this.#gst.createElement('appsink');
    this.#pipeline.add(depayloader, appsink);
    depayloader.link(appsink);
    new this.#gst.Relay(appsink, 'vp8', onPicture);
    for (const element of [appsink, depayloader]) element.syncState();
    pad.linkPad(depayloader.staticPad('sink'));
    pad.unblock();
  }
}

async function testCall(gst: GstBinding): Promise<NonNullable<SelfTest['call']>> {
  const options = WorkerOptions.parse(JSON.parse(process.env[WORKER_OPTIONS_VARIABLE] ?? 'null'));
  const candidates: string[] = [];
  const problems: string[] = [];
  let page: TestPage | undefined;
  const room = new MediaRoom('self-test', 'vp8', {
    gst,
    options,
    traffic: new Traffic(),
    addresses: options.iceAddresses.length > 0 ? options.iceAddresses : localAddresses(),
    slates: new Slates(gst, (problem) => problems.push(problem)),
    report: (_endpoint, event) => {
      if (event.type !== 'candidate') return;
      candidates.push(event.candidate.candidate);
      page?.webrtcbin.emit('add-ice-candidate', 0, event.candidate.candidate);
    },
    reportLevels: () => undefined,
    log: (level, fields, message) => {
      if (level === 'error') problems.push(`${message} ${JSON.stringify(fields)}`);
    },
  });
  const endpoint = room.open('self-test');
  const started = performance.now();
  const picture = new Promise<number>((resolve) => {
    page = new TestPage(
      gst,
      new Set([...localAddresses(), ...options.iceAddresses]),
      (candidate) => {
        endpoint.addCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
      },
      () => {
        resolve(performance.now() - started);
      },
    );
  });
  const pause = (ms: number) => new Promise<null>((resolve) => setTimeout(resolve, ms, null));
  const call = async () => {
    const { sdp } = await endpoint.createOffer();
    await endpoint.acceptAnswer((await page?.answer(sdp)) ?? '');
    return picture;
  };
  const problemOf = (error: unknown) => {
    problems.push(error instanceof Error ? error.message : String(error));
    return null;
  };
  const pictureAfterMs = await Promise.race([call().catch(problemOf), pause(CALL_MS)]);
  const { ice } = options;
  if (ice !== undefined && (ice.stunServer !== undefined || ice.turnServers.length > 0))
    await pause(MORE_CANDIDATES_MS);
  return { candidates, pictureAfterMs, problem: pictureAfterMs === null ? (problems[0] ?? null) : null };
}

function load(): { gst: GstBinding; problem: null } | { gst: null; problem: string } {
  try {
    return { gst: loadBinding(), problem: null };
  } catch (error) {
    return { gst: null, problem: (error as Error).message };
  }
}

const { gst, problem } = load();
const missing = gst === null ? [] : missingElements(gst);
const result: SelfTest = {
  bindingProblem: problem,
  missing: missing.map((one) => ({ ...one, purpose: purposeOf(one.element) })),
  call: gst !== null && missing.length === 0 ? await testCall(gst) : null,
};
process.stdout.write(JSON.stringify(result), () => {
  if (gst) gst.exitNow(0);
});
