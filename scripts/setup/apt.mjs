import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { runQuietly } from './command.mjs';
import { SetupError } from './setup-error.mjs';

const TO_RUN = [
  'g++',
  'make',
  'python3',
  'pkg-config',
  'libgstreamer1.0-dev',
  'libgstreamer-plugins-base1.0-dev',
  'libgstreamer-plugins-bad1.0-dev',
  'libnice-dev',
  'libopus-dev',
  'libssl-dev',
  'libpango1.0-dev',
  'libyuv-dev',
  'libusrsctp-dev',
  'gstreamer1.0-plugins-base',
  'gstreamer1.0-plugins-good',
  'gstreamer1.0-plugins-bad',
  'gstreamer1.0-nice',
  'gstreamer1.0-x', // clockoverlay
  'fonts-dejavu-core',
  'fonts-noto-core', // with the two below, the names of people in most scripts of the world
  'fonts-noto-cjk',
  'fonts-noto-color-emoji',
];
const TO_TEST = ['chromium', 'coturn', 'curl', 'iproute2', 'util-linux', 'gstreamer1.0-tools'];
/** What the benches measure beside webstreamer; without it they leave it out. */
const PEERS = ['janus'];
/** Those that Debian would start as a service and open to the network, where systemd runs services: they are masked first. */
const SERVERS = [...PEERS, 'coturn'];

/**
 * The Debian packages that a mode needs.
 * @param {string} mode run, build, test or bench
 */
export function requiredPackages(mode) {
  return mode === 'test' || mode === 'bench' ? [...TO_RUN, ...TO_TEST] : TO_RUN;
}

/**
 * Those of `packages` that are not installed, or null where there is no dpkg to ask.
 * @param {string[]} packages names
 * @returns {string[] | null} the missing ones
 */
function missingPackages(packages) {
  const query = spawnSync('dpkg-query', ['-W', '-f=${Package} ${db:Status-Status}\\n', ...packages], {
    encoding: 'utf8',
  });
  if (query.error !== undefined) return null;
  const installed = new Set(
    query.stdout
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return packages.filter((name) => !installed.has(name));
}

/**
 * Installs `packages` with apt when this is root, and says how otherwise.
 * @param {string[]} packages names
 * @returns {import('./step.d.ts').Step} the step
 */
export function aptStep(packages) {
  const missing = missingPackages(packages);
  return {
    needed: () => missing === null || missing.length > 0,
    run() {
      if (missing === null) {
        console.log(`set-up: no dpkg here; webstreamer needs what Debian calls ${packages.join(' ')}`);
        return;
      }
      if (process.getuid?.() !== 0) {
        const servers = serversIn(missing);
        const mask = servers.length > 0 && hasSystemctl() ? `systemctl mask ${servers.join(' ')} && sudo ` : '';
        const apt = `apt-get update && sudo apt-get ${installing(missing).join(' ')}`;
        throw new SetupError(
          `Some system packages are missing. Install them with this command, then try again:\n\n  sudo ${mask}${apt}\n`,
        );
      }
      install(missing);
    },
  };
}

/** @param {string[]} packages names @returns {string[]} those that would run as a service */
function serversIn(packages) {
  return packages.filter((name) => SERVERS.includes(name));
}

/** @param {string[]} packages names @returns {string[]} the arguments of apt-get */
function installing(packages) {
  return ['install', '-y', '--no-install-recommends', ...packages];
}

/** @param {string[]} packages names */
function install(packages) {
  const servers = serversIn(packages);
  if (servers.length > 0 && hasSystemctl()) {
    const names = servers.join(' ');
    runQuietly('systemctl', ['mask', ...servers]);
    console.log(`set-up: ${names} must not run as a service (undo: systemctl unmask ${names})`);
  }
  console.log(`set-up: installing ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  runQuietly('apt-get', ['update'], { env });
  runQuietly('apt-get', installing(packages), { env });
}

/**
 * Installs what the benches compare with, when this is root; the benches do without.
 * @returns {import('./step.d.ts').Step} the step
 */
export function peersStep() {
  const missing = process.getuid?.() === 0 ? (missingPackages(PEERS) ?? []) : [];
  return {
    needed: () => missing.length > 0,
    run() {
      try {
        install(missing);
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        console.log(`set-up: the benches go without ${missing.join(' ')}: ${error.message.trim()}`);
      }
    },
  };
}

function hasSystemctl() {
  return spawnSync('systemctl', ['--version']).error === undefined;
}
