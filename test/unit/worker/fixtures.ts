import type { MediaLine } from '../../../src/worker/page-description.ts';

const TRANSPORT = `a=setup:actpass
a=ice-ufrag:ufvib20bdtVld/6WrPbM9E3iJJUEeeDQ
a=ice-pwd:h7MRKaxKIaMH/wptOq0eVsBgBO2HFweQ
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A1').join(':')}
`;

const section = (kind: 'audio' | 'video', index: number) => `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === 'audio' ? 97 : 96}
c=IN IP4 0.0.0.0
a=setup:actpass
a=ice-ufrag:ufvib20bdtVld/6WrPbM9E3iJJUEeeDQ
a=ice-pwd:h7MRKaxKIaMH/wptOq0eVsBgBO2HFweQ
a=rtcp-mux
a=recvonly
a=rtpmap:${kind === 'audio' ? '97 OPUS/48000/2' : '96 VP8/90000'}
a=mid:${kind}${index}
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'A1').join(':')}
`;

/** An offer as webrtcbin writes it: it receives sound and a picture. */
export function webrtcbinOffer(): string {
  const head = 'v=0\no=- 42 0 IN IP4 0.0.0.0\ns=-\nt=0 0\na=ice-options:trickle\na=group:BUNDLE audio0 video1\n';
  return (head + section('audio', 0) + section('video', 1)).replaceAll('\n', '\r\n');
}

type ShownLine = Extract<MediaLine, { streamId: string }>;

/** An m-line on which `streamId` is shown. */
export function shown(direction: 'sendrecv' | 'sendonly', streamId: string, trackId: string, ssrc: number): ShownLine {
  return { direction, streamId, trackId, ssrc, cname: 'user1@host' };
}

const ANSWERS: Record<string, string> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** What a page answers to `offer`: the same m-lines with the directions turned round, each with a port. */
export function pageAnswer(offer: string): string {
  return offer
    .replace(
      /^a=(sendrecv|sendonly|recvonly|inactive)/gm,
      (_, direction: string) => `a=${ANSWERS[direction] ?? direction}`,
    )
    .replaceAll('a=setup:actpass', 'a=setup:active')
    .replace(/^(m=\w+) 0 (?=(?:(?!^m=)[^])*?^a=bundle-only)/gm, '$1 9 ')
    .replace(/^a=bundle-only\r\n/gm, '')
    .replace(/^a=(ssrc|msid).*\r\n/gm, '');
}

/** What a page offers in the middle of a call: the m-lines of our description `ours`, and behind them `further` ones of its own. */
export function pageOffer(ours: string, further: readonly string[] = []): string {
  const known = pageAnswer(ours).replaceAll(/a=setup:\w+/g, 'a=setup:actpass');
  const mids = further.map((section) => /a=mid:(\S+)/.exec(section)?.[1] ?? '');
  return known.replace(/^a=group:BUNDLE.*/m, `$& ${mids.join(' ')}`.trimEnd()) + further.join('');
}

/** An m-line that a page has made to send on it; `sent` = the lines that tell what. */
export function pageMade(kind: 'audio' | 'video' | 'application', mid: string, sent: readonly string[] = []): string {
  if (kind === 'application')
    return `m=application 9 UDP/DTLS/SCTP webrtc-datachannel\nc=IN IP4 0.0.0.0\n${TRANSPORT}a=mid:${mid}\na=sctp-port:5000\n`.replaceAll(
      '\n',
      '\r\n',
    );
  const lines = section(kind, 0)
    .replace('a=recvonly', ['a=sendonly', ...sent].join('\n'))
    .replace('a=setup:actpass\n', 'a=setup:actpass\na=rtpmap:45 AV1/90000\n')
    .replace(/a=mid:.*/, `a=mid:${mid}`)
    .replace(/SAVPF/, 'SAVPF 45');
  return lines.replaceAll('\n', '\r\n');
}
