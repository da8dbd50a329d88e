import { z } from 'zod';
import { DisplayName } from '../../../protocol/display-name.ts';
import {
  Access,
  JoinLink,
  JoinRoom,
  LinkResource,
  MakeLink,
  Place,
  Role,
  Scope,
} from '../../../protocol/http-api/access.ts';
import { MessageResource, PostMessage } from '../../../protocol/http-api/chat.ts';
import { ApiEvent, ResetEvent } from '../../../protocol/http-api/event.ts';
import { Health, Readiness } from '../../../protocol/http-api/health.ts';
import {
  AddConnection,
  ChangeConnection,
  ChangeRoom,
  ConnectionResource,
  ConnectionState,
  CreateRoom,
  Layout,
  Problem,
  RoomResource,
  SetSpeaker,
  Sound,
} from '../../../protocol/http-api/room.ts';
import {
  ConnectionStats,
  Incoming,
  Outgoing,
  Quality,
  RoomStats,
  ServerStats,
} from '../../../protocol/http-api/stats.ts';
import { ConnectionId } from '../../../protocol/ids.ts';
import { MediaKinds } from '../../../protocol/media-kinds.ts';
import { VideoCodec } from '../../../protocol/video-codec.ts';

/** What is said of a schema beside its shape; `id` = its name among the document's components. */
interface Said {
  id: string;
  description: string;
  minProperties?: number;
}

/** An event as it stands in the stream. */
export const Event = z.discriminatedUnion('type', [
  ResetEvent,
  ...ApiEvent.options.map((option) => option.extend({ id: z.string().nullable(), at: z.iso.datetime() })),
]);

const SAID: readonly (readonly [z.ZodType, Said])[] = [
  [
    ConnectionId,
    {
      id: 'Id',
      description: 'The name of a room, or the id of a connection: letters of any script, digits and . _ ~ -',
    },
  ],
  [DisplayName, { id: 'DisplayName', description: 'What somebody is called: text without line breaks and markup' }],
  [
    Layout,
    {
      id: 'Layout',
      description:
        'gallery = each sees every other one, speaker = all see the speaker, grid = all see one picture of everybody',
    },
  ],
  [Sound, { id: 'Sound', description: 'mix = each hears every other one, speaker = all hear the speaker' }],
  [VideoCodec, { id: 'VideoCodec', description: 'What all pages of a room send and get' }],
  [MediaKinds, { id: 'MediaKinds', description: "What is so, or not, of each of a person's two kinds of media" }],
  [
    Role,
    {
      id: 'Role',
      description: 'viewer = sees and hears only, participant = is seen and heard, host = also operates the room',
    },
  ],
  [
    Scope,
    {
      id: 'Scope',
      description: 'operator = everything, room-operator = everything in one room, read = to look, join = to take part',
    },
  ],
  [
    ConnectionState,
    { id: 'ConnectionState', description: 'How far the call of a connection is; waiting = nobody has its seat' },
  ],
  [
    ConnectionResource,
    { id: 'Connection', description: 'A connection: a seat in a room, and the one user who has it' },
  ],
  [RoomResource, { id: 'Room', description: 'A room: its settings, who has the floor, and its connections' }],
  [CreateRoom, { id: 'CreateRoom', description: 'A room to be made; what is left out has its default' }],
  [
    ChangeRoom,
    {
      id: 'ChangeRoom',
      description: 'The settings that change, at least one; the codec stays for life',
      minProperties: 1,
    },
  ],
  [SetSpeaker, { id: 'SetSpeaker', description: 'Who gets the floor' }],
  [AddConnection, { id: 'AddConnection', description: 'A connection to be added' }],
  [
    ChangeConnection,
    { id: 'ChangeConnection', description: 'What changes of a connection, at least one thing', minProperties: 1 },
  ],
  [JoinRoom, { id: 'JoinRoom', description: 'Who wants to take part, and how' }],
  [Place, { id: 'Place', description: 'A place in a room, kept for the one who has asked' }],
  [MakeLink, { id: 'MakeLink', description: 'Who may join by a link, and for how long' }],
  [JoinLink, { id: 'JoinLink', description: "A link to the room's page" }],
  [LinkResource, { id: 'Link', description: 'A link that was made for a room' }],
  [Access, { id: 'Access', description: 'What the caller may do' }],
  [MessageResource, { id: 'Message', description: 'What a page, or the API, has said in a room' }],
  [PostMessage, { id: 'PostMessage', description: 'Something to be said' }],
  [Event, { id: 'Event', description: 'What the data of a server-sent event are' }],
  [Health, { id: 'Health', description: 'How the server is' }],
  [Readiness, { id: 'Readiness', description: 'Whether people can be sent to the server, and if not, why' }],
  [Quality, { id: 'Quality', description: 'How good a connection is: the worse of both ways' }],
  [Incoming, { id: 'Incoming', description: 'What comes from a page' }],
  [Outgoing, { id: 'Outgoing', description: 'What goes to a page, and how it arrives there' }],
  [ConnectionStats, { id: 'ConnectionStats', description: 'Figures of one connection over the last seconds' }],
  [RoomStats, { id: 'RoomStats', description: 'Figures of all connections of a room' }],
  [ServerStats, { id: 'ServerStats', description: 'What the server and its media workers use' }],
  [Problem, { id: 'Problem', description: 'An error: problem details (RFC 9457) with a stable code' }],
];

const REGISTRY = z.registry<Said>();
for (const [schema, said] of SAID) REGISTRY.add(schema, said);

/** A JSON schema, as OpenAPI 3.1 has them. */
export type JsonSchema = Record<string, unknown>;

const DATE_TIME = 'date-time';

/** Schemas become JSON Schema, and those that have a name components of the document. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** `io`: as it is asked with, or as it is answered. A named one becomes a reference. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const made = z.toJSONSchema(schema, {
      io,
      metadata: REGISTRY,
      override: ({ zodSchema, jsonSchema }) => {
        const { def } = zodSchema._zod;
        // Answers may get more keys some day; only what is asked is closed.
        if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
        if (jsonSchema.format === DATE_TIME) delete jsonSchema.pattern;
        delete jsonSchema.id;
      },
    });
    const { $defs = {}, ...own } = pointToComponents(made) as JsonSchema & { $defs?: Record<string, JsonSchema> };
    delete own.$schema;
    Object.assign(this.schemas, $defs);
    return own;
  }

  /** The components in the order of their names. */
  get sorted(): Record<string, JsonSchema> {
    return Object.fromEntries(Object.entries(this.schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

function pointToComponents(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointToComponents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' ? String(inner).replace('#/$defs/', '#/components/schemas/') : pointToComponents(inner),
    ]),
  );
}
