/** What does not work without an element, where that is less than everything. */
const PURPOSES: Record<string, string> = {
  openh264enc: 'the grid and the test picture of rooms with the codec h264',
  openh264dec: 'the grid of rooms with the codec h264',
  h264parse: 'rooms with the codec h264',
  rtpvp8depay: 'the test call of `webstreamer doctor`',
  vp8enc: 'the grid and the test picture of rooms with the codec vp8',
  vp8dec: 'the grid of rooms with the codec vp8',
  audiotestsrc: 'the test tone',
  videotestsrc: 'the test picture',
  clockoverlay: 'the clock of the test picture',
  nicesrc: 'every call: there is no ICE',
  dtlssrtpenc: 'every call: there is no encryption',
  webrtcbin: 'every call',
};

/** What does not work without an element. */
export function purposeOf(element: string): string {
  return PURPOSES[element] ?? 'every call';
}
