import { postJson } from './http-json.ts';
import type { Joined, MakePeer } from './page-entrance.ts';

/** Joins the bare forwarder: it offers, the bot answers and gets the candidates last. */
export async function joinAsForwarderClient(url: string, publishes: boolean, makePeer: MakePeer): Promise<Joined> {
  const peer = makePeer();
  const { id, sdp } = (await postJson(`${url}/join`, { publishes })) as { id: number; sdp: string };
  await peer.answer(sdp);
  const { sdp: answer } = await peer.gathered();
  const { candidates } = (await postJson(`${url}/answer`, { id, sdp: answer })) as { candidates: string[] };
  for (const candidate of candidates) peer.addCandidate(candidate, '0');
  await peer.connected;
  return {
    peer,
    leave: () => {
      peer.close();
    },
  };
}
