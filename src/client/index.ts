export * from './client.ts';
export * from './errors.ts';
export type { EventOptions } from './event-stream.ts';
export type { ClientOptions } from './request.ts';
export type { Access, JoinLink, Place, Role, Scope } from '../protocol/http-api/access.ts';
export type { MessageResource } from '../protocol/http-api/chat.ts';
export type { ApiEvent, ResetEvent, StreamEvent, TimedEvent } from '../protocol/http-api/event.ts';
export type { ConnectionResource, RoomResource } from '../protocol/http-api/room.ts';
export type { ConnectionStats, RoomStats, ServerStats } from '../protocol/http-api/stats.ts';
