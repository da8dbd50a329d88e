import type { JsonSchema } from './components.ts';
import type { DocumentedOperation, DocumentedParameter, OpenApiDocument } from './document.ts';
import { STYLE } from './reference-style.ts';

const escape = (text: unknown) =>
  String(text).replace(/[&<>"']/g, (character) => `&#${String(character.codePointAt(0))};`);

const pretty = (value: unknown) => JSON.stringify(value, null, 2);

const code = (text: unknown) => `<code>${escape(text)}</code>`;

/** The API for people to read, made of its document: one page, without scripts and without anything from elsewhere. */
export function referencePage(document: OpenApiDocument): string {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const of = (tag: string) => operations.filter(({ operation }) => operation.tags[0] === tag);
  const contents = tags.map(
    ({ name }) =>
      `<li><a href="#${escape(name)}">${escape(name)}</a><ul>${of(name)
        .map(({ operation: { operationId, summary } }) => `<li><a href="#${operationId}">${escape(summary)}</a></li>`)
        .join('')}</ul></li>`,
  );
  const sections = tags.map(
    ({ name, description }) =>
      `<section id="${escape(name)}"><h2>${escape(name)}</h2><p>${escape(description)}</p>${of(name).map(operationHtml).join('')}</section>`,
  );
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `<article id="schema-${escape(name)}"><h3>${escape(name)}</h3>${schemaHtml(schema)}</article>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(info.title)}: HTTP API</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents"><a class="home" href="#top">${escape(info.title)} API</a><ul>${contents.join('')}
<li><a href="#schemas">schemas</a></li></ul></nav>
<main id="top">
<h1>${escape(info.title)}: HTTP API ${escape(info.version)}</h1>
<p>${escape(info.description)}</p>
<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI ${escape(document.openapi)}).</p>
${sections.join('\n')}
<section id="schemas"><h2>schemas</h2>${schemas.join('')}</section>
</main>
</body>
</html>
`;
}

interface Listed {
  path: string;
  method: string;
  operation: DocumentedOperation;
}

function operationHtml({ path, method, operation }: Listed): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const answers = Object.entries(responses);
  const errors = answers.filter(([status]) => Number(status) >= 400);
  const good = answers.filter(([status]) => Number(status) < 400);
  return `<article id="${operationId}">
<h3>${escape(summary)}</h3>
<p class="address"><span class="method ${method.toLowerCase()}">${method}</span> ${code(path)}</p>
<p>${escape(description)}</p>
${parameters.length > 0 ? parametersHtml(parameters) : ''}
${requestBody ? `<h4>Asked with</h4>${contentHtml(requestBody.content)}` : ''}
<h4>Answered with</h4>${good.map(answerHtml).join('')}
<details><summary>Errors</summary><dl>${errors.map(([status, answer]) => `<dt>${status}</dt><dd>${paragraphs(answer.description)}</dd>`).join('')}</dl></details>
</article>`;
}

function parametersHtml(parameters: readonly DocumentedParameter[]): string {
  const rows = parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td>${code(name)}</td><td>${place}${required ? '' : ', optional'}</td><td>${escape(description)}${detail(schema)}</td></tr>`,
  );
  return `<div class="wide"><table><thead><tr><th>Parameter</th><th>In</th><th>Meaning</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function detail(schema: JsonSchema): string {
  const { minimum, maximum, enum: values, default: byDefault } = schema;
  const said = [
    Array.isArray(values) && values.map(code).join(' or '),
    minimum !== undefined && `${escape(minimum)} to ${escape(maximum)}`,
    byDefault !== undefined && `by default ${code(byDefault)}`,
  ].filter((part) => part !== false);
  return said.length > 0 ? ` <span class="note">${said.join('; ')}</span>` : '';
}

function answerHtml([status, { description, headers, content }]: [
  string,
  DocumentedOperation['responses'][string],
]): string {
  const names = Object.keys(headers ?? {});
  return `<p><strong>${status}</strong> ${escape(description)}${names.length > 0 ? `, with ${names.map(code).join(', ')}` : ''}</p>${content ? contentHtml(content) : ''}`;
}

type Content = NonNullable<DocumentedOperation['requestBody']>['content'];

function contentHtml(content: Content): string {
  return Object.entries(content)
    .map(([mediaType, { schema, example }]) => {
      const shown = mediaType === 'application/json' ? typeHtml(schema) : code(mediaType);
      return `<p>${shown}</p>${example === undefined ? '' : `<pre tabindex="0">${escape(pretty(example))}</pre>`}`;
    })
    .join('');
}

function paragraphs(text: string): string {
  return text
    .split('\n\n')
    .map((line) => {
      const [name = '', ...said] = line.split(': ');
      return `<p>${code(name)} ${escape(said.join(': '))}</p>`;
    })
    .join('');
}

/** What a value may be, in a few words, with links to what has a name. */
function typeHtml(schema: JsonSchema): string {
  const { $ref, type, items, anyOf, oneOf, enum: values, const: only, properties } = schema;
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return `<a href="#schema-${escape(name)}">${escape(name)}</a>`;
  }
  if (Array.isArray(values)) return values.map(code).join(' or ');
  if (only !== undefined) return code(only);
  const either = anyOf ?? oneOf;
  if (Array.isArray(either)) return (either as JsonSchema[]).map(typeHtml).join(' or ');
  if (type === 'array') return `list of ${typeHtml((items ?? {}) as JsonSchema)}`;
  if (type === 'object' && properties !== undefined) return propertiesHtml(schema);
  if (Array.isArray(type)) return type.map(escape).join(' or ');
  if ('not' in schema) return 'never';
  return typeof type === 'string' ? escape(type) : 'anything';
}

function propertiesHtml({ properties = {}, required = [] }: JsonSchema): string {
  const needed = new Set(required as string[]);
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(
    ([name, schema]) =>
      `<tr><td>${code(name)}${needed.has(name) ? '' : ' <span class="note">optional</span>'}</td><td>${typeHtml(schema)}${detail(typeof schema.type === 'string' ? { ...schema, enum: undefined } : {})}</td></tr>`,
  );
  return `<div class="wide"><table><tbody>${rows.join('')}</tbody></table></div>`;
}

function schemaHtml(schema: JsonSchema): string {
  const { description, ...shape } = schema;
  return `<p>${escape(description ?? '')}</p><div>${typeHtml(shape)}</div>`;
}
