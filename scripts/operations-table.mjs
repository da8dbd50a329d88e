// The table of operations in docs/api.md, made from the OpenAPI document.

/** @import { DocumentedOperation, OpenApiDocument } from '../src/server/http/openapi/document.ts' */
/** @import { JsonSchema } from '../src/server/http/openapi/components.ts' */

const BEGIN = '<!-- operations: node scripts/openapi.mjs -->';
const END = '<!-- end of operations -->';
const HEAD = ['| method and address | what it does | scope | asked with | answer |', '| - | - | - | - | - |'];

/**
 * A text of documentation with the table of operations in its place.
 * @param {string} text
 * @param {OpenApiDocument} document
 */
export function withTable(text, document) {
  const [before, rest] = splitOnce(text, BEGIN);
  const [, after] = splitOnce(rest, END);
  const rows = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => row(`${method.toUpperCase()} ${path}`, operation)),
  );
  return `${before}${BEGIN}\n\n${[...HEAD, ...rows].join('\n')}\n\n${END}${after}`;
}

/**
 * @param {string} text
 * @param {string} at
 * @returns {[before: string, after: string]} the two parts
 */
function splitOnce(text, at) {
  const index = text.indexOf(at);
  if (index < 0) throw new Error(`there is no ${at}`);
  return [text.slice(0, index), text.slice(index + at.length)];
}

/**
 * @param {string} address
 * @param {DocumentedOperation} operation
 */
function row(address, operation) {
  const { requestBody, parameters = [], responses, summary, description } = operation;
  const body = requestBody?.content['application/json']?.schema;
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const asked = [...(body ? [nameOf(body)] : []), ...(query.length > 0 ? [`\`?${query.join('=&')}=\``] : [])];
  const scope = /the scope ([\w-]+)/.exec(description)?.[1] ?? '';
  return `| \`${address}\` | ${summary} | ${scope} | ${asked.join(', ')} | ${answerOf(responses)} |`;
}

/** @param {DocumentedOperation['responses']} responses */
function answerOf(responses) {
  const [status, answer] = Object.entries(responses).find(([code]) => Number(code) < 300) ?? [];
  const [mediaType, content] = Object.entries(answer?.content ?? {})[0] ?? [];
  const shown = content && mediaType === 'application/json' ? nameOf(content.schema) : mediaType;
  return shown === undefined ? status : `${status}, ${shown}`;
}

/**
 * @param {JsonSchema} schema
 * @returns {string} its name
 */
function nameOf({ $ref, items }) {
  if (typeof $ref === 'string') return $ref.slice($ref.lastIndexOf('/') + 1);
  if (items === undefined)
    throw new Error('what an operation is asked with, or answers, needs a name in components.ts');
  return `list of ${nameOf(/** @type {JsonSchema} */ (items))}`;
}
