/** How an H.264 stream is written: its profile, and how it lies in packets (RFC 6184, section 8.1). */
interface H264Parameters {
  profile: string;
  packetizationMode: string;
}

const PROFILE_LEVEL_ID = /^([0-9a-f]{2})([0-9a-f]{2})[0-9a-f]{2}$/i;

/** The bytes profile_idc and profile-iop that mean the constrained baseline profile: value and the bits that count (RFC 6184, table 5). */
const CONSTRAINED_BASELINE = [
  { idc: 0x42, iop: 0x40, bits: 0x4f },
  { idc: 0x4d, iop: 0x80, bits: 0x8f },
  { idc: 0x58, iop: 0xc0, bits: 0xcf },
];

function profileOf(profileLevelId: string): string | null {
  const match = PROFILE_LEVEL_ID.exec(profileLevelId);
  if (!match) return null;
  const [idc, iop] = [parseInt(match[1] ?? '', 16), parseInt(match[2] ?? '', 16)];
  const isConstrained = CONSTRAINED_BASELINE.some((row) => row.idc === idc && (iop & row.bits) === row.iop);
  return isConstrained ? 'constrained-baseline' : profileLevelId.slice(0, 4).toLowerCase();
}

/** The parameters of an `a=fmtp` value, `PT name=value;…`; null without a profile. What is absent has its default. */
function parse(fmtp: string): H264Parameters | null {
  const parameters = new Map<string, string>();
  for (const parameter of fmtp.slice(fmtp.indexOf(' ') + 1).split(';')) {
    const [name = '', value = ''] = parameter.trim().split('=', 2);
    parameters.set(name.toLowerCase(), value);
  }
  const profile = profileOf(parameters.get('profile-level-id') ?? '');
  return profile === null ? null : { profile, packetizationMode: parameters.get('packetization-mode') ?? '0' };
}

/**
 * Whether an answer's `a=fmtp` values for a payload type of H.264 mean the same stream as the offer's: one and the same profile and
 * packetization mode (RFC 6184, section 8.2.2). Levels may differ.
 */
export function isSameH264(answered: readonly string[], offered: readonly string[]): boolean {
  if (answered.length !== 1 || offered.length !== 1) return false;
  const [own, other] = [parse(answered[0] ?? ''), parse(offered[0] ?? '')];
  return own !== null && own.profile === other?.profile && own.packetizationMode === other.packetizationMode;
}
