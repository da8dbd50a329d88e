/** Keeps each video that the page sends at or below `maxBitrateBps`, and at its full size. Runs inside the page. */
export async function limitVideo(maxBitrateBps: number): Promise<void> {
  const open = probe.peers.filter(({ connectionState }) => connectionState !== 'closed');
  const senders = open.flatMap((peer) => peer.getSenders()).filter(({ track }) => track?.kind === 'video');
  await Promise.all(
    senders.map((sender) => {
      const parameters = sender.getParameters();
      for (const encoding of parameters.encodings) encoding.maxBitrate = maxBitrateBps;
      return sender.setParameters({ ...parameters, degradationPreference: 'maintain-resolution' });
    }),
  );
}
