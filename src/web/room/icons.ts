/** Outlines on a field of 24 by 24. */
const OUTLINES = {
  microphone: 'M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11a6 6 0 0 0 12 0M12 17v4M9 21h6',
  'microphone-off':
    'M9 6a3 3 0 0 1 6 0v5M15 14.2A3 3 0 0 1 9 11V9M6 11a6 6 0 0 0 10.2 4.2M18 11v.6M12 17v4M9 21h6M4 4l16 16',
  camera:
    'M4 7h9a1.5 1.5 0 0 1 1.5 1.5v7A1.5 1.5 0 0 1 13 17H4a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 4 7ZM14.5 10.5 21.5 7v10l-7-3.5',
  'camera-off':
    'M8 7h5a1.5 1.5 0 0 1 1.5 1.5v5M14 16.7a1.5 1.5 0 0 1-1 .3H4a1.5 1.5 0 0 1-1.5-1.5v-7C2.5 7.7 3.2 7 4 7M14.5 10.5 21.5 7v10l-4-2M4 4l16 16',
  screen: 'M3.5 5h17v11h-17ZM9 20h6M12 16v4M12 8v5M9.5 10.5 12 8l2.5 2.5',
  'screen-off': 'M3.5 5h17v11h-17ZM9 20h6M12 16v4M9.5 8l5 5M14.5 8l-5 5',
  chat: 'M4 5h16v11H10l-4 4v-4H4Z',
  people:
    'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11ZM3 19.5c0-3 2.700-5.500 6-5.500s6 2.500 6 5.500M16 5a3 3 0 0 1 0 5.800M17.500 14.300c2 .7 3.500 2.700 3.500 5.200',
  invite:
    'M10 13.500a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10.500a4 4 0 0 0-5.700 0l-3 3a4 4 0 0 0 5.700 5.700l1-1',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  leave: 'M3 15.500c0-6 18-6 18 0v1.500l-4.500-1v-2.500c-3-1-6-1-9 0V16L3 17Z',
  close: 'M6 6l12 12M18 6 6 18',
  send: 'M4 12 20 5l-5 15-3.500-6.500ZM11.500 13.500 20 5',
  pin: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
} as const;

/** The name of a picture for a button. */
export type IconName = keyof typeof OUTLINES;

const SVG = 'http://www.w3.org/2000/svg';

/** A picture for a button; it says nothing to screen readers. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  const attributes = {
    viewBox: '0 0 24 24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': name === 'more' ? '3' : '1.8',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  path.setAttribute('d', OUTLINES[name]);
  svg.append(path);
  return svg;
}
