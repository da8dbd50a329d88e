/** The m-line of the data channels (RFC 8841): the page has it beside those of the media, webrtcbin knows nothing of it. */

const HEAD = 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel';
const ANY_HEAD = /^m=application (\d{1,5}) UDP\/DTLS\/SCTP webrtc-datachannel$/;
/** What a page may send in one message: a browser's own limit; a packet of a page's text can have 240,000. */
const MAX_MESSAGE_BYTES = 262_144;
/** What a page takes that says nothing of it (RFC 8841, section 6.1). */
const DEFAULT_MESSAGE_BYTES = 65_536;
const OUR_PORT = 5000;
const LARGEST_PORT = 65_535;

const valuesOf = (name: string, section: readonly string[]) =>
  section.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(`a=${name}:`.length));

/** Whether an m-section is that of data channels. */
export function isData(section: readonly string[]): boolean {
  return section[0]?.startsWith('m=application ') === true;
}

/** Lines of an m-section that are about its transport, which all m-lines share. */
const TRANSPORT = /^(c=|a=(setup|ice-ufrag|ice-pwd|fingerprint):)/;

/** The section in our offers; `media` = a section of the same transport, `index` = its place. */
export function dataSection(media: readonly string[], index: number): string[] {
  return [
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ...media.filter((line) => TRANSPORT.test(line)),
    'a=bundle-only',
    `a=mid:application${index}`,
    `a=sctp-port:${OUR_PORT}`,
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

/** What a page's answer says of its side. */
export interface PageData {
  /** Its SCTP port. */
  port: number;
  /** The longest message that it takes from us. */
  maxMessageBytes: number;
  /** Whether it is the DTLS client of the two. */
  isDtlsClient: boolean;
}

/** Reads a section in which `problemOfData` finds nothing; `setup` = the page's DTLS role, of this section or of the session. */
export function pageData(section: readonly string[], setup: string | undefined): PageData {
  const size = Number(valuesOf('max-message-size', section)[0] ?? DEFAULT_MESSAGE_BYTES);
  return {
    port: Number(valuesOf('sctp-port', section)[0]),
    // 0 = any size.
    maxMessageBytes: Math.min(size || MAX_MESSAGE_BYTES, MAX_MESSAGE_BYTES),
    isDtlsClient: setup === 'active',
  };
}
