import fc from 'fast-check';

/** Makes a bad description of a good one. */
export type Spoil = (description: string) => string;

const HOSTILE_TEXT = fc.oneof(
  fc.constantFrom('\0', '\r', '\n', '-1', '0', '4294967296', '9'.repeat(40), 'é日😀', ' '.repeat(300), 'a=', 'm=', '*'),
  fc.string({ maxLength: 20 }),
);
const MUTATION: fc.Arbitrary<(lines: string[]) => string[]> = fc
  .record({
    kind: fc.constantFrom('drop', 'double', 'swap', 'cut', 'word', 'insert', 'end'),
    at: fc.nat(),
    other: fc.nat(),
    text: HOSTILE_TEXT,
  })
  .map(({ kind, at, other, text }) => (lines) => {
    const index = at % Math.max(1, lines.length);
    const [line = '', to = ''] = [lines[index], lines[other % Math.max(1, lines.length)]];
    const words = line.split(/(?<=[ :=/])/);
    const mutated: Record<string, string[]> = {
      drop: [],
      double: [line, to],
      swap: [to],
      cut: [line.slice(0, other % (line.length + 1))],
      word: [words.toSpliced(other % words.length, 1, text).join('')],
      insert: [line, text],
      end: [line],
    };
    const rest = kind === 'end' ? [] : lines.slice(index + 1);
    return [...lines.slice(0, index), ...(mutated[kind] ?? []), ...rest];
  });
/** Some random changes to a description, its lines or its words. */
export const MUTATIONS = fc.array(MUTATION, { minLength: 1, maxLength: 6 });
/** Applies the changes, one after another. */
export const spoiltBy =
  (mutations: ((lines: string[]) => string[])[]): Spoil =>
  (sdp) =>
    mutations.reduce((lines, mutate) => mutate(lines), sdp.split('\r\n')).join('\r\n');
