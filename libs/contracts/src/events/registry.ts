/** Every event type: the version of its shape, how older ones are read, what it must look like, and who shows it. */
import type { JsonObject } from '../json.js';
import type { ReadingColumns } from '../readings.js';
import { ALERT_CHECKS } from './alert-checks.js';
import { SCOPES } from './account-events.js';
import { all, anyJson, count, either, finite, flag, list, oneOf, orNull, record, seq, shape, text, type Check } from './checks.js';
import { MODEL_PURPOSES } from './model-events.js';
import type { EventType, RecordedEvent } from './recorded-event.js';

export interface EventEntry {
  /** Of the shape written now; 1 at first. A frozen fixture of every version stands in `fixtures/events`. */
  eventVersion: number;
  /** By the version they read: each makes the data of one version into that of the next. */
  upcasters: Readonly<Record<number, (data: JsonObject) => JsonObject>>;
  /** What is wrong with data of the current version; undefined where nothing is. */
  check: Check;
}

const NUMERIC: Record<string, Check> = { min: finite, max: finite };
const FIELD_COMMON: Record<string, Check> = { unit: text, required: flag, label: text, precision: count };
const fieldOf = (type: string, required: Record<string, Check>, optional: Record<string, Check>): Check =>
  shape({ type: oneOf(type), ...required }, { ...optional, ...FIELD_COMMON });

const FIELDS: Record<string, Check> = {
  number: fieldOf('number', {}, { ...NUMERIC, counter: flag }),
  integer: fieldOf('integer', {}, { ...NUMERIC, counter: flag }),
  boolean: fieldOf('boolean', {}, {}),
  string: fieldOf('string', {}, { maxLength: count }),
  enum: fieldOf('enum', { values: list(text, { min: 1 }) }, {}),
  location: fieldOf('location', {}, {}),
  vector: fieldOf('vector', { axes: list(text, { min: 1 }) }, NUMERIC),
};

const field: Check = (value) => {
  const type = (value as { type?: unknown } | null)?.type;
  return typeof type === 'string' && Object.hasOwn(FIELDS, type) ? FIELDS[type]!(value) : 'is of no known type';
};

const deviceSchema = shape(
  { fields: record(field) },
  { unknownFields: oneOf('reject', 'ignore'), upcasts: record(shape({}, { from: text, scale: finite, offset: finite })) },
);

const column = either(list(orNull(finite)), list(orNull(text)), list(orNull(flag)), record(list(orNull(finite))));

const equallyLong: Check = (value) => {
  const { time, seq: seqs, fields } = value as ReadingColumns;
  if (seqs !== undefined && seqs.length !== time.length) return '.seq is not as long as .time';
  for (const [name, values] of Object.entries(fields)) {
    const columns = Array.isArray(values) ? [values] : Object.values(values);
    if (columns.some((each) => each.length !== time.length)) return `.fields.${name} is not as long as .time`;
  }
  return undefined;
};

const READING_CODE: Check = (value) => (typeof value === 'string' && value.startsWith('reading.') ? undefined : 'is no code of a reading');

const rowsRead: Check = shape({ readings: count, schemaVersions: list(count) }, { firstAt: finite, lastAt: finite, model: anyJson });

const first = (check: Check): EventEntry => ({ eventVersion: 1, upcasters: {}, check });

export const EVENT_REGISTRY: Readonly<Record<EventType, EventEntry>> = {
  DeviceRegistered: first(shape({ accountId: text, deviceId: text, name: text, tags: record(text) })),
  DeviceDescribed: first(shape({}, { name: text, tags: record(text) })),
  SchemaRegistered: first(shape({ schemaVersion: count, schema: deviceSchema })),
  ReadingsReceived: first(
    all(shape({ schemaVersion: count, time: list(finite, { min: 1 }), fields: record(column) }, { seq: list(orNull(seq)) }), equallyLong),
  ),
  ReadingsRejected: first(
    shape({
      schemaVersion: count,
      readings: list(shape({ index: count, code: READING_CODE, message: text, reading: anyJson }, { field: text, seq }), { min: 1 }),
    }),
  ),
  DuplicatesDiscarded: first(shape({ count })),
  DeviceRetired: first(shape({})),
  EmailClaimed: first(shape({ accountId: text })),
  AccountOpened: first(shape({ accountId: text, email: text, passwordHash: text })),
  ApiKeyIssued: first(
    shape({ keyId: text, name: text, keyHash: text, scopes: list(oneOf(...SCOPES)) }, { deviceIds: list(text), expiresAt: finite }),
  ),
  ApiKeyRevoked: first(shape({ keyId: text })),
  SessionStarted: first(shape({ sessionId: text, tokenHash: text, expiresAt: finite })),
  SessionEnded: first(shape({ sessionId: text })),
  RequestClaimed: first(shape({ bodyHash: text, claimedAt: finite })),
  RequestAnswered: first(shape({ status: count, body: anyJson })),
  AnalysisRequested: first(
    shape(
      {
        accountId: text,
        analysisId: text,
        operation: text,
        operationVersion: count,
        inputs: list(shape({ deviceId: text, field: text }), { min: 1 }),
        params: record(anyJson),
      },
      { from: finite, to: finite, name: text, standing: oneOf(true) },
    ),
  ),
  AnalysisCompleted: first(
    shape({
      digest: text,
      rows: count,
      summary: record(anyJson),
      position: count,
      inputs: list(rowsRead),
    }),
  ),
  AnalysisFailed: first(shape({ message: text }, { parameter: text })),
  AnalysisCancelled: first(shape({})),
  AnalysisDiscarded: first(shape({})),
  ModelRegistered: first(
    shape(
      {
        ...{ accountId: text, modelId: text, modelVersion: count, deviceId: text, field: text, purpose: oneOf(...MODEL_PURPOSES) },
        ...{ analysisId: text, operationVersion: count, params: record(anyJson), position: count, input: rowsRead },
        ...{ digest: text, used: flag, comparison: record(anyJson), note: text },
      },
      { from: finite, to: finite },
    ),
  ),
  AlertRuleDefined: first(ALERT_CHECKS.AlertRuleDefined),
  AlertRuleRetired: first(ALERT_CHECKS.AlertRuleRetired),
  AlertRaised: first(ALERT_CHECKS.AlertRaised),
  AlertCleared: first(ALERT_CHECKS.AlertCleared),
  AlertAcknowledged: first(ALERT_CHECKS.AlertAcknowledged),
  AlertSilenced: first(ALERT_CHECKS.AlertSilenced),
};

/** What becomes of each event type in the views, or why nothing does. The projector's completeness spec holds it. */
export const PROJECTION_REASONS: Readonly<Record<EventType, string>> = {
  DeviceRegistered: 'devices',
  DeviceDescribed: 'devices',
  SchemaRegistered: 'devices, series',
  ReadingsReceived: 'series, latest values, ledger',
  ReadingsRejected: 'verdicts, ledger',
  DuplicatesDiscarded: 'ledger',
  DeviceRetired: 'devices',
  EmailClaimed: 'none: only the entity of the address asks who holds it; the account itself is shown by AccountOpened',
  AccountOpened: 'accounts',
  ApiKeyIssued: 'accounts (keys)',
  ApiKeyRevoked: 'accounts (keys)',
  SessionStarted: 'accounts (sessions)',
  SessionEnded: 'accounts (sessions)',
  RequestClaimed: 'none: only the entity of the request asks whether it was seen before',
  AnalysisRequested: 'analyses',
  AnalysisCompleted: 'analyses',
  AnalysisFailed: 'analyses',
  AnalysisCancelled: 'analyses',
  AnalysisDiscarded: 'analyses',
  ModelRegistered: 'models',
  AlertRuleDefined: 'alert rules',
  AlertRuleRetired: 'alert rules',
  AlertRaised: 'alerts',
  AlertCleared: 'alerts',
  AlertAcknowledged: 'alerts',
  AlertSilenced: 'alert rules',
  RequestAnswered: 'none: only the entity of the request gives the answer again',
};

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_REGISTRY, type);
}

/** Of the shape written now. Throws on a type nobody registered. */
export function eventVersionOf(type: string): number {
  return entryOf(type).eventVersion;
}

/** The event in the shape of today, which is the event itself where it has that shape. An event is never rewritten. */
export function upcastEvent(event: RecordedEvent): RecordedEvent {
  return upcastBy(entryOf(event.type), event);
}

export function upcastBy({ eventVersion, upcasters }: EventEntry, event: RecordedEvent): RecordedEvent {
  if (event.eventVersion === eventVersion) return event;
  if (event.eventVersion > eventVersion) {
    throw new Error(`${event.type} at position ${event.position} has version ${event.eventVersion}; this program knows ${eventVersion}`);
  }
  let data = event.data as unknown as JsonObject;
  for (let from = event.eventVersion; from < eventVersion; from++) {
    const upcaster = upcasters[from];
    if (upcaster === undefined) throw new Error(`nothing reads version ${from} of ${event.type}`);
    data = upcaster(data);
  }
  return { ...event, eventVersion, data: data as unknown as RecordedEvent['data'] };
}

/** What is wrong with data as of the current version; undefined where nothing is. */
export function whyNotAnEvent(type: string, data: unknown): string | undefined {
  return isEventType(type) ? EVENT_REGISTRY[type].check(data) : `${type} is no event type`;
}

function entryOf(type: string): EventEntry {
  if (!isEventType(type)) throw new Error(`${type} is no event type`);
  return EVENT_REGISTRY[type];
}
