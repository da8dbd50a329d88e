import type { GstBinding } from './binding.ts';

/** The elements that a worker uses and the Debian package of each; looked for before a worker takes a call. */
const REQUIRED_ELEMENTS: Record<string, string> = {
  webrtcbin: 'gstreamer1.0-plugins-bad',
  nicesrc: 'gstreamer1.0-nice',
  dtlssrtpenc: 'gstreamer1.0-plugins-bad',
  srtpenc: 'gstreamer1.0-plugins-bad',
  rtpbin: 'gstreamer1.0-plugins-good',
  rtpvp8depay: 'gstreamer1.0-plugins-good',
  vp8enc: 'gstreamer1.0-plugins-good',
  openh264enc: 'gstreamer1.0-plugins-bad',
  openh264dec: 'gstreamer1.0-plugins-bad',
  h264parse: 'gstreamer1.0-plugins-bad',
  vp8dec: 'gstreamer1.0-plugins-good',
  appsink: 'gstreamer1.0-plugins-base',
  appsrc: 'gstreamer1.0-plugins-base',
  videotestsrc: 'gstreamer1.0-plugins-base',
  audiotestsrc: 'gstreamer1.0-plugins-base',
  videoscale: 'gstreamer1.0-plugins-base',
  jpegenc: 'gstreamer1.0-plugins-good',
  clockoverlay: 'gstreamer1.0-x',
};

/** The required elements that GStreamer does not have here, with their Debian packages. */
export function missingElements(gst: GstBinding): { element: string; debianPackage: string }[] {
  return Object.entries(REQUIRED_ELEMENTS)
    .filter(([element]) => !gst.hasElement(element))
    .map(([element, debianPackage]) => ({ element, debianPackage }));
}
