import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../measure/call.ts';
import { startChild } from '../measure/child.ts';
import { range, receiversOf } from './people.ts';

// The bench has the network for itself, so these are free.
const HTTP_PORT = 18_088;
const RTP_PORT = 15_004;
// Janus makes no candidate of a loopback address, so the private network of the bench gets an interface that leads nowhere.
const INTERFACE = 'bench0';
const OTHER_END = `${INTERFACE}-end`;
const ADDRESS = '10.99.0.1';
const MOUNTPOINT = 1;
const ROOM = 1;

const GENERAL = `
general: { debug_level = 4, debug_timestamps = false, session_timeout = 0 }
plugins: { disable = "DISABLED" }
transports: { disable = "libjanus_websockets.so,libjanus_pfunix.so,libjanus_rabbitmq.so,libjanus_mqtt.so,libjanus_nanomsg.so" }
loggers: { disable = "libjanus_jsonlog.so" }
events: { broadcast = false }
nat: { ice_enforce_list = "${ADDRESS}", ice_lite = false, full_trickle = false, ipv6 = false }
media: { ipv6 = false }
`;
const HTTP = `
general: { json = "compact", base_path = "/janus", http = true, port = ${HTTP_PORT}, ip = "127.0.0.1", https = false }
admin: { admin_http = false }
`;
const STREAMING = `
stream: {
  type = "rtp"
  id = ${MOUNTPOINT}
  description = "bench"
  media = ( { type = "video", mid = "v", label = "v", port = ${RTP_PORT}, iface = "127.0.0.1", pt = 96, codec = "vp8" } )
}
`;
const VIDEO_ROOM = `
room-${ROOM}: { description = "bench", publishers = 100, bitrate = 0, videocodec = "vp8", audiocodec = "opus", notify_joining = false }
`;
const OTHER_PLUGINS = [
  'audiobridge',
  'duktape',
  'echotest',
  'lua',
  'nosip',
  'recordplay',
  'sip',
  'textroom',
  'videocall',
  'voicemail',
];

const succeeds = (program: string, ...args: string[]) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Why Janus cannot take part; null when it can. */
export function janusAbsence(): string | null {
  if (spawnSync('janus', ['--version']).error) return 'janus is not installed (apt-get install janus)';
  const others = Object.keys(networkInterfaces()).filter((name) => !['lo', INTERFACE, OTHER_END].includes(name));
  if (others.length > 0) return `it needs a private network, and here is ${others.join(', ')}`;
  return makeInterface() ? null : `the interface ${INTERFACE} cannot be made`;
}

function makeInterface(): boolean {
  if (networkInterfaces()[INTERFACE]) return true;
  return (
    succeeds('ip', 'link', 'add', INTERFACE, 'type', 'veth', 'peer', 'name', OTHER_END) &&
    succeeds('ip', 'addr', 'add', `${ADDRESS}/32`, 'dev', INTERFACE) &&
    succeeds('ip', 'link', 'set', INTERFACE, 'up') &&
    succeeds('ip', 'link', 'set', OTHER_END, 'up')
  );
}

interface Started {
  url: string;
  pids: Call['pids'];
  close: () => Promise<void>;
}

async function startJanus(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'webstreamer-janus-'));
  const disabled = OTHER_PLUGINS.map((name) => `libjanus_${name}.so`).join(',');
  const files = {
    'janus.jcfg': GENERAL.replace('DISABLED', disabled),
    'janus.transport.http.jcfg': HTTP,
    'janus.plugin.streaming.jcfg': STREAMING,
    'janus.plugin.videoroom.jcfg': VIDEO_ROOM,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const command = ['janus', '--configs-folder', folder, '--disable-colors'];
  const { pid, close } = await startChild(command, (line) => /HTTP webserver started|Janus HTTP/.exec(line)?.[0]);
  return {
    url: `http://127.0.0.1:${HTTP_PORT}/janus`,
    pids: { janus: pid },
    close: async () => {
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

/** One sender that feeds a mountpoint by RTP over UDP, and receivers that watch it. */
export async function streamingCall(receivers: number): Promise<Call> {
  const { url, pids, close } = await startJanus();
  const sender = {
    name: 'sender',
    process: 'sender',
    entrance: { kind: 'udp', port: RTP_PORT },
    source: 0,
    sees: [],
  } as const;
  const viewer = { kind: 'janus-stream', url, address: ADDRESS, mountpoint: MOUNTPOINT } as const;
  return {
    pids,
    people: receivers,
    phases: [{ bots: [sender] }, { bots: receiversOf(receivers, () => viewer) }],
    close,
  };
}

/** People in a VideoRoom: each sends through one transport and sees all others through another. */
export async function videoRoomCall(people: number): Promise<Call> {
  const { url, pids, close } = await startJanus();
  const everybody = range(people);
  const process = (index: number) => `people ${index % 2}`;
  const feedOf = (index: number) => index + 1; // Janus knows no feed 0
  const publishers = everybody.map((index) => ({
    name: `publisher-${index}`,
    process: process(index),
    entrance: { kind: 'janus-publish', url, address: ADDRESS, room: ROOM, id: feedOf(index) } as const,
    source: index,
    sees: [],
  }));
  const subscribers = everybody.map((index) => {
    const sees = everybody.filter((other) => other !== index);
    const entrance = { kind: 'janus-subscribe', url, address: ADDRESS, room: ROOM, feeds: sees.map(feedOf) } as const;
    return { name: `subscriber-${index}`, process: process(index), entrance, source: null, sees };
  });
  return { pids, people, phases: [{ bots: publishers }, { bots: subscribers }], close };
}
