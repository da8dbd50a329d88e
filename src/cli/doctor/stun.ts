import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { TurnServer } from '../../protocol/ice.ts';

const DEFAULT_PORT = 3478;
const WAIT_MS = 2000;
const TRIES = 3;

/** Message types and attributes of RFC 8489 and RFC 8656. */
const TYPE = { binding: 0x0001, allocate: 0x0003, refresh: 0x0004, success: 0x0100, failure: 0x0110 };
const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  lifetime: 0x000d,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019,
  mapped: 0x0020,
};
const MAGIC = 0x2112a442;
const UDP = Buffer.from([17, 0, 0, 0]);

type Attributes = readonly (readonly [type: number, value: Buffer])[];

/** An answer of a server. */
interface Answer {
  type: number;
  attributes: Map<number, Buffer>;
}

function header(type: number, length: number, transaction: Buffer): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  bytes.writeUInt32BE(MAGIC, 4);
  return Buffer.concat([bytes, transaction]);
}

function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

/** A message; with a key it is signed (RFC 8489, section 14.5: the length counts the signature before it is there). */
function message(type: number, transaction: Buffer, attributes: Attributes, key: Buffer | null): Buffer {
  const body = Buffer.concat(attributes.map(([name, value]) => attribute(name, value)));
  if (key === null) return Buffer.concat([header(type, body.length, transaction), body]);
  const signed = Buffer.concat([header(type, body.length + 24, transaction), body]);
  const integrity = createHmac('sha1', key).update(signed).digest();
  return Buffer.concat([signed, attribute(ATTRIBUTE.integrity, integrity)]);
}

function parse(bytes: Buffer, transaction: Buffer): Answer | null {
  if (bytes.length < 20 || bytes.readUInt32BE(4) !== MAGIC || !bytes.subarray(8, 20).equals(transaction)) return null;
  const attributes = new Map<number, Buffer>();
  for (let at = 20; at + 4 <= bytes.length;) {
    const length = bytes.readUInt16BE(at + 2);
    attributes.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return { type: bytes.readUInt16BE(0), attributes };
}

/** The address in an XOR-MAPPED-ADDRESS or XOR-RELAYED-ADDRESS (RFC 8489, section 14.2), IPv4 only. */
function addressOf(value: Buffer | undefined): string | null {
  if (value === undefined || value.length < 8 || value[1] !== 1) return null;
  const port = value.readUInt16BE(2) ^ (MAGIC >>> 16);
  const address = (value.readUInt32BE(4) ^ MAGIC) >>> 0;
  return `${[24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')}:${port}`;
}

function hostAndPort(url: string): [host: string, port: number] {
  const [, host = '', port] = /^(?:stun|turn):(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(url) ?? [];
  return [host.replace(/^\[(.*)\]$/, '$1'), port === undefined ? DEFAULT_PORT : Number(port)];
}

/** Asks one server by UDP, with one socket. */
class StunClient {
  readonly #socket: Socket;
  readonly #address: string;
  readonly #port: number;

  private constructor(address: string, family: number, port: number) {
    this.#socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    this.#address = address;
    this.#port = port;
  }

  static async open(url: string): Promise<StunClient> {
    const [host, port] = hostAndPort(url);
    const { address, family } = await lookup(host);
    return new StunClient(address, family, port);
  }

  /** Asks until there is an answer; rejects when none comes. */
  async ask(type: number, attributes: Attributes, key: Buffer | null = null): Promise<Answer> {
    const transaction = randomBytes(12);
    const request = message(type, transaction, attributes, key);
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      const answer = await this.#once(request, transaction);
      if (answer !== null) return answer;
    }
    throw new Error('it does not answer by UDP');
  }

  #once(request: Buffer, transaction: Buffer): Promise<Answer | null> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        this.#socket.off('message', onMessage).off('error', onError);
      };
      const onMessage = (bytes: Buffer) => {
        const answer = parse(bytes, transaction);
        if (answer === null) return;
        end();
        resolve(answer);
      };
      const onError = (error: Error) => {
        end();
        reject(error);
      };
      const timer = setTimeout(() => {
        end();
        resolve(null);
      }, WAIT_MS);
      this.#socket.on('message', onMessage).on('error', onError);
      this.#socket.send(request, this.#port, this.#address);
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** How this machine looks to a STUN server (RFC 8489). Rejects when it does not answer. */
export async function askStunServer(url: string): Promise<string> {
  const client = await StunClient.open(url);
  try {
    const { attributes } = await client.ask(TYPE.binding, []);
    const mapped = addressOf(attributes.get(ATTRIBUTE.mapped));
    if (mapped === null) throw new Error('it answers without an address');
    return mapped;
  } finally {
    client.close();
  }
}

function refusal({ attributes }: Answer): string {
  const value = attributes.get(ATTRIBUTE.error);
  if (value === undefined || value.length < 4) return 'it refuses';
  return `it refuses with ${(value[2] ?? 0) * 100 + (value[3] ?? 0)} ${value.subarray(4).toString()}`;
}

/** The address of a relay that a TURN server gives for its credential (RFC 8656), and gives back. Rejects when it does not. */
export async function allocateRelay({ url, username, credential }: TurnServer): Promise<string> {
  const client = await StunClient.open(url);
  try {
    const request = [[ATTRIBUTE.transport, UDP]] as const;
    const first = await client.ask(TYPE.allocate, request);
    const realm = first.attributes.get(ATTRIBUTE.realm);
    const nonce = first.attributes.get(ATTRIBUTE.nonce);
    if (realm === undefined || nonce === undefined) throw new Error(refusal(first));
    const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest();
    const proof = [
      [ATTRIBUTE.username, Buffer.from(username)],
      [ATTRIBUTE.realm, realm],
      [ATTRIBUTE.nonce, nonce],
    ] as const;
    const answer = await client.ask(TYPE.allocate, [...request, ...proof], key);
    if (answer.type !== (TYPE.allocate | TYPE.success)) throw new Error(refusal(answer));
    const relayed = addressOf(answer.attributes.get(ATTRIBUTE.relayed));
    await client.ask(TYPE.refresh, [[ATTRIBUTE.lifetime, Buffer.alloc(4)], ...proof], key).catch(() => undefined);
    return relayed ?? 'an address that is not IPv4';
  } finally {
    client.close();
  }
}
