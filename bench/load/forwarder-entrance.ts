import { postJson } from './http-json.ts';
import type { Joined, MakePeer } from './page-entrance.ts';

/** Joins the bare forwarder: it offers, the bot answers. */
export async function joinAsForwarderClient(url: string, publishes: boolean, makePeer: MakePeer): Promise<Joined> {
  const peer = makePeer();
  const { id, sdp } = (await postJson(`${url}/join`, { publishes })) as { id: number; sdp: string };
  await peer.answer(sdp);
  const { sdp: answer } = await peer.gathered();
  await postJson(`${url}/answer`, { id, sdp: answer });
  await peer.connected;
  return {
    peer,
    leave: () => {
      peer.close();
    },
  };
}
