import type { IceSettings, TurnServer } from '../protocol/ice.ts';
import type { GstElement, GstObject } from './gst/binding.ts';

/** The addresses to gather ICE candidates on, and the other settings of ICE. */
export interface IceWays {
  addresses: readonly string[];
  settings: IceSettings | undefined;
}

/** `turn:HOST` with its credential, as webrtcbin's add-turn-server takes it. */
function turnUri({ url, username, credential }: TurnServer): string {
  return url.replace('turn:', `turn://${encodeURIComponent(username)}:${encodeURIComponent(credential)}@`);
}

/** Tells a new webrtcbin where to look for ways to the page, and to use no others: neither TCP nor a router's port forwarding. */
export function configureIce(webrtcbin: GstElement, { addresses, settings }: IceWays): void {
  const ice = webrtcbin.get('ice-agent') as GstObject;
  const agent = ice.get('agent') as GstObject;
  agent.set('upnp', false).set('ice-tcp', false);
  agent.release();
  if (settings?.portRange) ice.set('min-rtp-port', settings.portRange.min).set('max-rtp-port', settings.portRange.max);
  ice.release();
  for (const address of addresses) webrtcbin.addIceAddress(address);
  if (!settings) return;
  if (settings.stunServer) webrtcbin.set('stun-server', settings.stunServer.replace('stun:', 'stun://'));
  // Not the property turn-server: a graph of the pipeline, which goes to the log, would show the credential.
  for (const server of settings.turnServers) webrtcbin.emit('add-turn-server', turnUri(server));
  webrtcbin.set('ice-transport-policy', settings.transportPolicy);
}
