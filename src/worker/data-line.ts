/** The m-line of the data channels (RFC 8841), which webrtcbin's offer has beside those of the media. */

const HEAD = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel';
const ANY_HEAD = /^m=application (\d{1,5}) UDP\/DTLS\/SCTP webrtc-datachannel$/;
/** What a page may send in one message: a browser's own limit; a packet of a page's text can have 240,000. */
const MAX_MESSAGE_BYTES = 262_144;
const LARGEST_PORT = 65_535;

const valuesOf = (name: string, section: readonly string[]) =>
  section.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(`a=${name}:`.length));

/** Whether an m-section is that of data channels. */
export function isData(section: readonly string[]): boolean {
  return section[0]?.startsWith('m=application ') === true;
}

/** webrtcbin's own section as the page should see it. */
export function dataToPage(section: readonly string[]): string[] {
  return [
    ...section.filter((line) => !line.startsWith('a=max-message-size:')),
    `a=max-message-size:${MAX_MESSAGE_BYTES}`,
  ];
}

/** The section that answers a page which offers data channels anew; `lines` = ours as they stand in the answer, without the first. */
export function dataAnswer(lines: readonly string[]): string[] {
  return [HEAD, ...lines];
}

/** What is wrong with a page's answer to it, or null. It must be taken: our channel is there whether the page wants it or not. */
export function problemOfData(section: readonly string[], offered: readonly string[]): string | null {
  const port = ANY_HEAD.exec(section[0] ?? '')?.[1];
  if (port === undefined) return 'it cannot be understood';
  if (Number(port) === 0) return 'it is refused';
  const mids = valuesOf('mid', section);
  if (mids.length !== 1 || mids[0] !== valuesOf('mid', offered)[0]) return 'its mid is another than the offer’s';
  const sctpPorts = valuesOf('sctp-port', section);
  if (sctpPorts.length !== 1 || !isPort(sctpPorts[0] ?? '')) return 'it has no SCTP port';
  const sizes = valuesOf('max-message-size', section);
  if (sizes.length > 1 || !sizes.every((size) => /^\d{1,20}$/.test(size))) return 'its largest message has no size';
  return null;
}

const isPort = (text: string) => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= LARGEST_PORT;

/**
 * A page's answer to it as webrtcbin should see it; `common` = the lines of the offer that hold for both sides, `transport` = those of
 * the page's transport. webrtcbin sends no message that is larger than the page takes (0 = any size).
 */
export function dataToWebrtcbin(
  section: readonly string[],
  common: readonly string[],
  transport: readonly string[],
): string[] {
  const ports = valuesOf('sctp-port', section).map((port) => `a=sctp-port:${port}`);
  const sizes = valuesOf('max-message-size', section).map(
    (size) => `a=max-message-size:${Math.min(Number(size), MAX_MESSAGE_BYTES)}`,
  );
  return [HEAD, ...common, ...transport, ...ports, ...sizes];
}
