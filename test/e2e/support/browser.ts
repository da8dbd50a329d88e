import { randomUUID } from 'node:crypto';
import { type Browser, chromium } from 'playwright-core';
import type { Colour, FakeMedia, Film, Tone } from './fake-media.ts';
import { findChild } from './process-tree.ts';

const CHROMIUM = '/usr/bin/chromium';

const UNWANTED_FEATURES = [
  // A page that the test itself answers for (see `pages.ts`) has no address, so Chromium would keep it from WebSockets to this machine.
  'LocalNetworkAccessChecks',
  'LocalNetworkAccessChecksWebSockets',
  // The switch replaces playwright's own list; those of its features that matter here are repeated.
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'MediaRouter',
  'PaintHolding',
  'OptimizationHints',
  // With each tab the suggestions of the address bar, which nobody sees, and a process for a next page take more than a second of the
  // processor.
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
];

const ARGUMENTS = [
  '--use-fake-device-for-media-stream',
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-breakpad',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--disable-background-timer-throttling',
  `--disable-features=${UNWANTED_FEATURES.join(',')}`,
  // No name is looked up outside: everything under .test is this machine, and nothing else exists.
  '--host-resolver-rules=MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE 10.9.1.1',
];

/** Who sits at a browser. */
export interface PersonOptions {
  /** The picture of the fake camera. */
  colour: Colour;
  /** Plain at 10 frames per second when absent. */
  film?: Film;
  /** The sound of the fake microphone; silence when absent. */
  tone?: Tone;
  /** Whether the person allows the camera; yes when absent. */
  camera?: 'allowed' | 'refused' | 'absent';
  viewport?: { width: number; height: number };
  dark?: boolean;
  /** A program to start in place of the browser, which starts it; and the server that may then have the camera without https. */
  executable?: string;
  trustedOrigin?: string;
  /** How a name for the console log and the screenshots is made; the colour when absent. */
  name?: string;
}

/** What Chromium is started with: the fake camera and microphone, and what is asked about them, belong to its process. */
export async function browserArguments(media: FakeMedia, options: PersonOptions): Promise<string[]> {
  const camera = options.camera ?? 'allowed';
  const args = ARGUMENTS.filter((argument) => camera !== 'absent' || !argument.startsWith('--use-fake-device'));
  if (camera !== 'absent')
    args.push(`--use-file-for-fake-video-capture=${await media.camera(options.colour, options.film)}`);
  if (options.tone) args.push(`--use-file-for-fake-audio-capture=${await media.microphone(options.tone)}`);
  args.push(camera === 'refused' ? '--use-fake-ui-for-media-stream=deny' : '--use-fake-ui-for-media-stream');
  if (options.trustedOrigin) args.push(`--unsafely-treat-insecure-origin-as-secure=${options.trustedOrigin}`);
  return args;
}

/** Starts a Chromium, by default Debian's; `pid` is its main process. */
export async function launchBrowser(args: string[], executable = CHROMIUM): Promise<{ browser: Browser; pid: number }> {
  const mark = `--webstreamer-browser=${randomUUID()}`; // a switch that Chromium does not know tells its process from others
  const browser = await chromium.launch({
    executablePath: executable,
    headless: true,
    chromiumSandbox: false,
    timeout: 30_000,
    args: [...args, mark],
  });
  return { browser, pid: await findChild(mark) };
}
