import type { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../../protocol/errors.ts';
import { errorsOf } from '../../../protocol/http-api/operation-errors.ts';
import { OPERATIONS, type Operation, type OperationName } from '../../../protocol/http-api/operations.ts';
import { Problem, RoomResource } from '../../../protocol/http-api/room.ts';
import { PROBLEM_TYPE } from '../problem.ts';
import { Components, Event, type JsonSchema } from './components.ts';
import { EXAMPLES } from './examples.ts';

/** The version of the API, by the rules of semantic versioning: within 1, nothing is taken away. */
const API_VERSION = '1.0.0';

const TAGS: Record<Operation['tag'], string> = {
  rooms: 'Rooms, their settings, and who has the floor',
  connections: 'The seats of a room, and the people on them',
  joining: 'Ways into a room',
  messages: 'What is said in a room',
  events: 'What happens, as it happens',
  server: 'The server itself',
};

const PARAMETERS: Record<string, string> = {
  name: 'The name of the room',
  id: 'The id of the connection',
  after: 'What comes behind this one: the last of the page before',
  limit: 'The most there should be in the answer',
  room: 'Of this room only',
  levels: 'Whether levels, which come five times a second, are told, too',
  lastEventId: 'Like the header Last-Event-ID, for those who cannot send it',
  message: 'What the user is told',
};

const ETAG = {
  description: 'Names the settings, the speaker and the set of connections, for If-Match',
  schema: { type: 'string' },
};
const LOCATION = { description: 'The address of what was made', schema: { type: 'string' } };
const LINK = {
  description: 'Where the list goes on, with rel="next"; absent on the last page',
  schema: { type: 'string' },
};

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  openapi: string;
  info: { title: string; version: string; description: string };
  tags: { name: string; description: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: JsonSchema };
  [key: string]: unknown;
}

/** A parameter in the document. */
export interface DocumentedParameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description: string;
  schema: JsonSchema;
}

/** A media type of a body in the document. */
type Content = Record<string, { schema: JsonSchema; example?: unknown }>;

/** An operation in the document. */
export interface DocumentedOperation {
  operationId: string;
  summary: string;
  description: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters?: DocumentedParameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, { description: string; headers?: JsonSchema; content?: Content }>;
}

/** The whole API as an OpenAPI document, made from the same table as the routes. */
export function openApiDocument(): OpenApiDocument {
  const components = new Components();
  components.of(Event, 'output');
  const paths: OpenApiDocument['paths'] = {};
  for (const [name, operation] of Object.entries(OPERATIONS) as [OperationName, Operation][]) {
    const methods = (paths[operation.path] ??= {});
    methods[operation.method.toLowerCase()] = documented(name, operation, components);
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'webstreamer',
      version: API_VERSION,
      description:
        'Rooms of people who see and hear each other: made, watched and operated over HTTP. Errors are problem details with stable codes.',
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: components.sorted,
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'An API key (wsk_…) or a token (JWT). Needed where the server asks for it; see GET /api/v1/access.',
        },
      },
    },
  };
}

function documented(name: OperationName, operation: Operation, components: Components): DocumentedOperation {
  const { summary, tag, scope, body, conditional } = operation;
  const parameters = parametersOf(operation, components);
  const needs = scope === null ? 'Anybody may ask this.' : `Needs the scope ${scope} where access is required.`;
  return {
    operationId: name,
    summary,
    description: conditional ? `${needs} With If-Match, it is done only to the room that has this ETag.` : needs,
    tags: [tag],
    security: scope === null ? [] : [{ bearer: [] }, {}],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== null && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: components.of(body, 'input'), ...exampleOf(name, 'body') } },
      },
    }),
    responses: { ...answerOf(name, operation, components), ...problemsOf(operation, components) },
  };
}

function exampleOf(name: OperationName, of: 'body' | 'answer'): { example?: unknown } {
  const example = EXAMPLES[name]?.[of];
  return example === undefined ? {} : { example };
}

function parametersOf({ params, query, conditional }: Operation, components: Components): DocumentedParameter[] {
  const of = (schema: z.ZodObject, place: 'path' | 'query') =>
    Object.entries(schema.shape).map(([name, value]) => ({
      name,
      in: place,
      required: !(value as z.ZodType).safeParse(undefined).success,
      description: PARAMETERS[name] ?? name,
      // As what comes out of the parser: a number, where the text in the address is one.
      schema: components.of(value as z.ZodType, 'output'),
    }));
  const ifMatch: DocumentedParameter = {
    name: 'If-Match',
    in: 'header',
    required: false,
    description: 'The ETag of the room as the caller knows it',
    schema: { type: 'string' },
  };
  return [...of(params, 'path'), ...of(query as z.ZodObject, 'query'), ...(conditional ? [ifMatch] : [])];
}

function answerOf(name: OperationName, operation: Operation, components: Components): DocumentedOperation['responses'] {
  const { status, body } = operation.answer;
  const isList = 'limit' in (operation.query as z.ZodObject).shape;
  const headers = {
    ...(body === RoomResource && { ETag: ETAG }),
    ...(status === 201 && name !== 'makeLink' && name !== 'postMessage' && { Location: LOCATION }),
    ...(isList && { Link: LINK }),
  };
  const described = {
    description: operation.summary,
    ...(Object.keys(headers).length > 0 && { headers }),
  };
  if (body === null) return { [status]: { ...described, description: 'Done' } };
  if ('mediaType' in body) {
    const text = body.mediaType.startsWith('text/');
    const description =
      name === 'readEvents' ? `${operation.summary}; the data of each are an Event` : operation.summary;
    return {
      [status]: {
        ...described,
        description,
        content: { [body.mediaType]: { schema: text ? { type: 'string' } : {} } },
      },
    };
  }
  const content = { 'application/json': { schema: components.of(body, 'output'), ...exampleOf(name, 'answer') } };
  const answer = { ...described, content };
  return name === 'getHealth' || name === 'getReady'
    ? { [status]: answer, 503: { ...answer, description: 'Not at the moment' } }
    : { [status]: answer };
}

/** One answer for each status; its codes are the only ones that come with it. */
function problemsOf(operation: Operation, components: Components): DocumentedOperation['responses'] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorsOf(operation)) {
    const { status } = ERRORS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const problem = components.of(Problem, 'output');
  const answers = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([status, codes]) => {
      const schema = { allOf: [problem, { type: 'object', properties: { code: { enum: codes } } }] };
      const description = codes.map((code) => `${code}: ${ERRORS[code].title}`).join('\n\n');
      return [status, { description, content: { [PROBLEM_TYPE]: { schema } } }] as const;
    });
  return Object.fromEntries(answers);
}
