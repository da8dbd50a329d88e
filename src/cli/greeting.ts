import type { Role } from './program.ts';

/** `url` with the name a person would type for this machine. */
function friendly(url: string): string {
  return url.replace(/^(https?:\/\/)(127\.0\.0\.1|\[::1\])(?=:|$)/, '$1localhost');
}

/** The page to open in a browser, under the name that it trusts with a camera; undefined where there are no pages. */
export function pageUrl(role: Role, url: string): string | undefined {
  return role === 'rooms' ? undefined : `${friendly(url)}/demos/Video-Conferencing.html`;
}

/**
 * What to open, for the person who has just started `role` at `url`; `rooms` = connection ids by room name, `keyFile` = where the
 * operator's key is that the server has made.
 */
export function greeting(
  role: Role,
  url: string,
  rooms: { name: string; connections: string[] }[],
  keyFile: string | null = null,
): string {
  const api = `HTTP API:  ${friendly(url)}/api/v1/rooms`;
  const page = pageUrl(role, url);
  const key = keyFile === null ? [] : [`  Keys are needed here. The operator's is in ${keyFile}`, ''];
  if (page === undefined) return ['', '  webstreamer rooms are up.', '', `  ${api}`, '', ...key].join('\n');
  const lines = ['', '  webstreamer is up. Open', '', `    ${page}`, ''];
  if (role === 'webstreamer') {
    for (const { name, connections } of rooms) {
      if (connections.length > 0) lines.push(`  Room ${name}: join with ${connections.join(', ')}`);
    }
    lines.push(`  Rooms:     ${friendly(url)}/`, `  Console:   ${friendly(url)}/console/`, `  ${api}`, '');
  }
  lines.push(...key);
  lines.push('  Browsers give the camera to https pages and to localhost only: another machine needs https.', '');
  return lines.join('\n');
}
