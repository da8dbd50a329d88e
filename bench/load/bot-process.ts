// A process full of bots: the bench tells it by messages who joins what, and asks for the books.
import { BotPeer } from './bot-peer.ts';
import type { BotCommand, BotReply, BotRole } from './bot-commands.ts';
import { Clip } from './clip.ts';
import { type Bot, type BotOptions, enter } from './entrances.ts';
import { readVoice } from './tone.ts';

const clip = await Clip.read(process.argv[2] ?? '');
const voiceFolder = process.argv[3] ?? '';
const bots = new Map<string, Bot>();

function bot(name: string): Bot {
  const found = bots.get(name);
  if (!found) throw new Error(`there is no bot ${name}`);
  return found;
}

/** What a bot says, all in one piece. */
async function soundOf({ voice = null, turn }: BotRole): Promise<Pick<BotOptions, 'voice' | 'microphone'>> {
  if (voice === null) return {};
  const second = await readVoice(voiceFolder, voice);
  if (!turn) return { voice: second };
  const silence = await readVoice(voiceFolder, 'silence');
  const seconds = Array.from({ length: turn.of }, (_, number) => (number === turn.number ? second : silence));
  return {
    voice: seconds.flat(),
    microphone: { pulseAt: turn.number * silence.length, driftPpm: turn.driftPpm },
  };
}

async function run(command: BotCommand): Promise<unknown> {
  switch (command.do) {
    case 'join': {
      const { name, source, entrance } = command;
      const sound = await soundOf(command);
      bots.set(name, await enter(entrance, { name, clip, source, ...sound }, (options) => new BotPeer(options)));
      return undefined;
    }
    case 'see':
      await bot(command.name).sees(command.sources, command.timeoutMs);
      return undefined;
    case 'hear':
      return bot(command.name)
        .hear()
        .map((packet) => packet.toString('base64'));
    case 'take':
      return Object.fromEntries([...bots].map(([name, each]) => [name, each.take()]));
    case 'leave':
      for (const name of command.name === undefined ? [...bots.keys()] : [command.name]) {
        bots.get(name)?.leave();
        bots.delete(name);
      }
      return undefined;
  }
}

process.on('message', ({ id, command }: { id: number; command: BotCommand }) => {
  const reply = (rest: Omit<BotReply, 'id'>) => process.send?.({ id, ...rest });
  run(command).then(
    (result) => reply({ result }),
    (error: unknown) => reply({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// The library does not always let a process end by itself.
process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.send?.({ id: 0 });
