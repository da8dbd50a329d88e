const sectionsOf = (sdp: string) => sdp.split(/(?=^m=)/m);

/** The description with the source of a stream in its first video m-section (RFC 5576). */
export function withSource(sdp: string, ssrc: number, cname: string): string {
  const sections = sectionsOf(sdp);
  const index = sections.findIndex((section) => section.startsWith('m=video'));
  return sections
    .map((section, at) => (at === index ? `${section}a=ssrc:${ssrc} cname:${cname}\r\n` : section))
    .join('');
}

/** The payload type of a description's first video m-line. */
export function firstVideo(sdp: string): { payloadType: number } {
  const found = /^m=video \d+ \S+ (\d+)/m.exec(sdp);
  if (!found) throw new Error('the description has no video m-line');
  return { payloadType: Number(found[1]) };
}
