import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { Config } from '../protocol/config.ts';
import { WebstreamerError } from '../protocol/errors.ts';
import { describeIssues } from '../protocol/issues.ts';

/** What the command line can say in place of the file; `undefined` leaves the file's word. */
export interface ConfigFlags {
  host?: string | undefined;
  port?: number | undefined;
  bridgeUrl?: string | undefined;
}

/** The keys that a flag can stand in for; the rest of the file is passed on as it is. */
interface FileContent extends Record<string, unknown> {
  host?: unknown;
  port?: unknown;
  bridge?: unknown;
}

function isMapping(value: unknown): value is FileContent {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The YAML file as plain values; an empty file is an empty configuration. */
function readYaml(path: string): FileContent {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WebstreamerError('bad-config', `${path} cannot be read`, { cause: error });
  }
  const document = parseDocument(text);
  const [problem] = document.errors;
  if (problem !== undefined) {
    throw new WebstreamerError('bad-config', `${path} is not YAML: ${problem.message.split('\n')[0] ?? ''}`);
  }
  const value: unknown = document.toJS() ?? {};
  if (!isMapping(value)) throw new WebstreamerError('bad-config', `${path} must be a mapping of keys to values`);
  return value;
}

function withFlags(file: FileContent, { host, port, bridgeUrl }: ConfigFlags): FileContent {
  const merged = { ...file };
  if (host !== undefined) merged.host = host;
  if (port !== undefined) merged.port = port;
  if (bridgeUrl === undefined) return merged;
  // A `bridge` that is not a mapping is left for the schema to refuse.
  const bridge = file.bridge ?? {};
  if (isMapping(bridge)) merged.bridge = { ...bridge, url: bridgeUrl };
  return merged;
}

/**
 * The configuration out of a YAML file (or none), what the command line says, and the defaults; `defaults` stands in for keys
 * that neither has. Throws `bad-config` with the path of every wrong key.
 */
export function loadConfig(
  path: string | undefined,
  flags: ConfigFlags = {},
  defaults: { port?: number } = {},
): Config {
  const file = path === undefined ? {} : readYaml(path);
  const parsed = Config.safeParse({ ...defaults, ...withFlags(file, flags) }, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new WebstreamerError('bad-config', `${path ?? 'The command line'}: ${describeIssues(parsed.error)}`);
}
