/** What the HTTP routes answer, as the dashboard and other clients see it. */
import type { EventType } from './events/recorded-event.js';
import type { Scope } from './events/account-events.js';
import type { Json } from './json.js';
import type { NumberColumn, TextColumn } from './readings.js';
import type { DeviceSchema } from './schema.js';

export interface ListView<T> {
  items: T[];
  next?: string;
}

export interface DeviceView {
  deviceId: string;
  name: string;
  tags: Record<string, string>;
  schemaVersion: number;
  schema: DeviceSchema;
  /** ISO 8601. */
  registeredAt: string;
  changedAt: string;
  /** Device time of the latest reading, ISO 8601; absent before the first. */
  lastReadingAt?: string;
  /** When it reached us. */
  lastSeenAt?: string;
}

export interface SchemaView {
  deviceId: string;
  schemaVersion: number;
  schema: DeviceSchema;
  versions: { schemaVersion: number; schema: DeviceSchema; registeredAt: string }[];
}

export interface LatestView {
  deviceId: string;
  /** By field; a location or vector is one field with an object as its value. */
  fields: Record<string, { value: Json; time: string }>;
}

export interface ReadingsView {
  deviceId: string;
  items: { time: string; recordedAt: string; seq?: number | string; values: Record<string, Json>; position: string }[];
  next?: string;
}

export interface SeriesView {
  deviceId: string;
  from: string;
  to: string;
  every?: string;
  tz?: string;
  points: number;
  of: number;
  /** ms since epoch; the start of each window, or the time of each raw value. */
  time: number[];
  fields: Record<string, Record<string, NumberColumn | TextColumn>>;
  /** Set where the answer would have passed the limit and was downsampled to fewer points. */
  reduced?: { limit: number; advice: string };
}

export interface LedgerView {
  deviceId: string;
  received: number;
  stored: number;
  duplicates: number;
  rejected: number;
  late: number;
  missing: { count: number; ranges: [string, string][]; truncated?: boolean };
}

export interface EventsView {
  items: { position: string; revision: number; type: EventType; recordedAt: string; data: Json; metadata: Json }[];
  next?: string;
}

export interface RejectionsView {
  items: { position: string; index: number; field?: string; code: string; message: string; recordedAt: string; reading: Json }[];
  next?: string;
}

export interface ApiKeyView {
  keyId: string;
  name: string;
  scopes: Scope[];
  deviceIds?: string[];
  createdAt: string;
  expiresAt?: string;
}

export interface MeView {
  accountId: string;
  email: string;
  scopes: Scope[];
}
