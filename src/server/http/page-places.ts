import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PagesOptions } from './pages.ts';

const require = createRequire(import.meta.url);

function packageFolder(name: string, ...inside: string[]): string {
  return join(dirname(require.resolve(`${name}/package.json`)), ...inside);
}

/**
 * Where pages come from: the team's own folder, or else ours, built to dist/web; then our client library, and the libraries that they load, at
 * the addresses that RTCMultiConnection's pages use.
 */
export function pagePlaces(root: string, ownFolder: string | undefined): PagesOptions {
  return {
    own: ownFolder === undefined,
    places: [
      { prefix: '/', folder: ownFolder ?? join(root, 'dist', 'web') },
      { prefix: '/client/', folder: join(root, 'dist', 'client') },
      { prefix: '/dist/', folder: packageFolder('rtcmulticonnection', 'dist') },
      { prefix: '/dev/', folder: packageFolder('rtcmulticonnection', 'dev') },
      { prefix: '/node_modules/webrtc-adapter/out/', folder: packageFolder('webrtc-adapter', 'out') },
      { prefix: '/node_modules/uplot/dist/', folder: packageFolder('uplot', 'dist') },
    ],
  };
}
