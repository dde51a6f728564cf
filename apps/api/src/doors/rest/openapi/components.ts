/** Shapes of answers and of schemas, as JSON Schema: what a generated client is made from. */
import { ALERT_BODIES, ALERTS } from './alert-components.js';
import { DEVICE_ID } from '#contracts';
import { NAME_CHARS_MAX, PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../dto/bodies.js';
import { ANALYSES, ANALYSIS_BODIES } from './analysis-components.js';
import { listOf, mapOf, number, page, position, type Shape, shape, text, time, use, whole } from './shapes.js';

const anything: Shape = {};
const scopes = listOf(text({ enum: ['read', 'write', 'manage', 'operate'] }));
const seq: Shape = { oneOf: [whole, text({ pattern: '^\\d{1,20}$' })] };

const common = { unit: text({ description: 'UCUM' }), required: { type: 'boolean' }, label: text(), precision: whole };
const field = (type: string[], own: Record<string, Shape> = {}, needed: string[] = []): Shape => ({
  type: 'object',
  required: ['type', ...needed],
  properties: { type: text({ enum: type }), ...own, ...common },
});

const SCHEMAS: Record<string, Shape> = {
  FieldSchema: {
    oneOf: [
      field(['number', 'integer'], { min: number, max: number, counter: { type: 'boolean' } }),
      field(['boolean']),
      field(['string'], { maxLength: whole }),
      field(['enum'], { values: listOf(text()) }, ['values']),
      field(['location']),
      field(['vector'], { axes: listOf(text()), min: number, max: number }, ['axes']),
    ],
  },
  DeviceSchema: {
    ...shape(
      { fields: mapOf(use('FieldSchema')) },
      {
        unknownFields: text({ enum: ['reject', 'ignore'], default: 'reject' }),
        upcasts: mapOf(shape({}, { from: text(), scale: number, offset: number })),
      },
    ),
    example: {
      fields: { temperature: { type: 'number', unit: 'Cel', min: -40, max: 125, required: true }, position: { type: 'location' } },
      unknownFields: 'reject',
    },
  },
};

const name = text({ minLength: 1, maxLength: NAME_CHARS_MAX });
const password = text({ minLength: PASSWORD_CHARS_MIN, maxLength: PASSWORD_CHARS_MAX, example: 'correct horse battery staple' });

export const BODIES: Record<string, Shape> = {
  CredentialsBody: shape({ email: text({ format: 'email', example: 'ada@example.org' }), password }),
  SignInBody: shape({ email: text({ example: 'ada@example.org' }), password: text() }),
  ApiKeyBody: shape(
    { name, scopes },
    {
      deviceIds: listOf(text({ description: 'The only devices this key may be used for.' })),
      expiresAt: { ...time, description: 'It lives until it is revoked when absent.' },
    },
  ),
  NewDeviceBody: shape(
    { name, schema: use('DeviceSchema') },
    {
      deviceId: text({ pattern: DEVICE_ID.source, description: 'One is made when absent.', example: 'greenhouse-1' }),
      tags: mapOf(text()),
    },
  ),
  ...ANALYSIS_BODIES,
  ...ALERT_BODIES,
  RebuildBody: shape({ state: text({ enum: ['paused', 'running'] }) }),
  EditDeviceBody: shape({}, { name, tags: { ...mapOf(text()), description: 'Replaces all tags.' } }),
};

const ACCOUNTS: Record<string, Shape> = {
  AccountOpened: shape({ accountId: text(), apiKey: text(), keyId: text() }),
  SessionStarted: shape({ token: text(), expiresAt: time }, { accountId: text() }),
  Me: shape({ accountId: text(), email: text(), scopes }, { deviceIds: listOf(text()), expiresAt: time }),
  ApiKey: shape({ keyId: text(), name: text(), scopes, createdAt: time }, { deviceIds: listOf(text()), expiresAt: time }),
  ApiKeyList: page(use('ApiKey')),
  ApiKeyIssued: { allOf: [use('ApiKey'), shape({ apiKey: text({ description: 'Shown this once.' }) })] },
};

const DEVICES: Record<string, Shape> = {
  Device: shape(
    {
      deviceId: text(),
      name: text(),
      tags: mapOf(text()),
      schemaVersion: whole,
      schema: use('DeviceSchema'),
      registeredAt: time,
      changedAt: time,
    },
    { lastReadingAt: time, lastSeenAt: time },
  ),
  DeviceList: page(use('Device')),
  Schema: shape({
    deviceId: text(),
    schemaVersion: whole,
    schema: use('DeviceSchema'),
    versions: listOf(shape({ schemaVersion: whole, schema: use('DeviceSchema'), registeredAt: time })),
  }),
  SchemaPreview: shape({
    deviceId: text(),
    schemaVersion: whole,
    breaks: { type: 'boolean' },
    errors: listOf(anything),
    fields: mapOf(
      shape({ change: text({ enum: ['same', 'renamed', 'scaled', 'new', 'dropped', 'breaks'] }) }, { from: text(), message: text() }),
    ),
    sample: listOf(shape({ time, values: mapOf(anything), would: mapOf(anything) })),
  }),
};

const verdict = shape({ index: whole, code: text(), message: text() }, { field: text() });
const missing = shape(
  { count: number, ranges: listOf({ type: 'array', items: text(), minItems: 2, maxItems: 2 }) },
  { truncated: { type: 'boolean' } },
);
const sha256 = text({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of all rows in canonical order.' });
const columns: Shape = { oneOf: [listOf({ type: 'number', nullable: true }), listOf({ type: 'string', nullable: true })] };

const DATA: Record<string, Shape> = {
  Reading: {
    oneOf: [
      {
        type: 'object',
        additionalProperties: true,
        properties: { time: { oneOf: [text(), number] }, ts: { oneOf: [text(), number] }, seq },
        description: 'Flat: fields beside time and seq.',
      },
      shape({ values: mapOf(anything) }, { time: { oneOf: [text(), number] }, seq }),
    ],
    example: { temperature: 21.5, time: '2026-05-01T12:00:00.123Z', seq: 42 },
  },
  ReadingsAnswer: shape({ deviceId: text(), accepted: whole, duplicates: whole, rejected: listOf(verdict), position }),
  Queued: shape({ deviceId: text(), queued: { type: 'boolean' } }),
  ManyReadingsAnswer: shape({
    devices: mapOf({
      oneOf: [shape({ accepted: whole, duplicates: whole, rejected: listOf(verdict), position }), shape({ error: use('Problem') })],
    }),
  }),
  Latest: shape({ deviceId: text(), fields: mapOf(shape({ value: anything, time })) }),
  Readings: {
    ...page(shape({ time, recordedAt: time, values: mapOf(anything), position }, { seq })),
    description: 'With deviceId beside the items.',
  },
  Series: shape(
    { deviceId: text(), from: time, to: time, points: whole, of: whole, time: listOf(number), fields: mapOf(mapOf(columns)) },
    { every: text(), tz: text(), reduced: shape({ limit: whole, advice: text() }) },
  ),
  Events: page(shape({ position, revision: whole, type: text(), recordedAt: time, data: anything, metadata: anything })),
  Ledger: shape({ deviceId: text(), received: whole, stored: whole, duplicates: whole, rejected: whole, late: whole, missing }),
  DeviceDigest: shape({ deviceId: text(), position, series: sha256, latest: sha256, ledger: sha256, rejections: sha256 }),
  Rejections: page(
    shape({ position, index: whole, code: text(), message: text(), recordedAt: time, reading: anything }, { field: text() }),
  ),
};

const standing = { position, lagEvents: number, lagSeconds: number, ratePerSecond: number };
const part = shape({ part: whole, ...standing }, { owner: text(), trouble: text() });
const generation = shape(
  { generation: whole, state: text({ enum: ['live', 'building', 'old', 'dropping'] }), version: whole, madeAt: time },
  { switchedAt: time },
);
const REBUILD_STATES = ['requested', 'running', 'paused', 'switching', 'completed', 'cancelled', 'failed'];
const rebuild = {
  rebuildId: text(),
  projection: text(),
  generation: whole,
  purpose: text({ enum: ['switch', 'verify'] }),
  state: text({ enum: REBUILD_STATES }),
  progress: { type: 'number', minimum: 0, maximum: 1 },
  position,
  target: position,
  eventsDone: whole,
  eventsPerSecond: number,
  requestedAt: time,
};
const rebuildEnd = { remainingSeconds: number, startedAt: time, finishedAt: time, error: text() };
const difference = shape(
  { table: text(), key: anything, live: anything, rebuilt: anything },
  {
    accountId: text(),
    deviceId: text(),
    hidden: { type: 'boolean', description: 'It belongs to another account: only the table is told.' },
  },
);

const OPERATION: Record<string, Shape> = {
  Problem: shape(
    { type: text(), title: text(), status: whole, code: text(), detail: text(), advice: text() },
    { instance: text(), correlationId: text() },
  ),
  Health: shape({ status: text({ enum: ['ok', 'degraded', 'unavailable'] }) }, { checks: mapOf(text()) }),
  Projection: shape(
    { name: text(), generation: whole, version: whole, ...standing, parts: listOf(part), generations: listOf(generation) },
    {
      digest: text({ description: 'Of the live generation, as the last verification found it.' }),
      trouble: text(),
      rebuild: use('Rebuild'),
    },
  ),
  ProjectionList: page(use('Projection')),
  Rebuild: shape(rebuild, rebuildEnd),
  RebuildList: page(use('Rebuild')),
  Verification: shape(rebuild, { ...rebuildEnd, outcome: use('VerificationOutcome') }),
  VerificationList: page(use('Verification')),
  VerificationOutcome: shape(
    { position, equal: { type: 'boolean' }, live: sha256, rebuilt: sha256, rows: shape({ live: whole, rebuilt: whole }) },
    { firstDifference: difference },
  ),
  ParkedCommand: shape(
    {
      parkedId: text(),
      type: text(),
      stream: text(),
      accountId: text(),
      parkedAt: time,
      tries: whole,
      error: anything,
      commandId: text(),
      correlationId: text(),
    },
    { deviceId: text(), bodyBytes: whole, bodyStart: text({ description: 'The first characters of its body, where that is text.' }) },
  ),
  ParkedCommandList: page(use('ParkedCommand')),
  ParkedRetry: shape(
    { parkedId: text(), outcome: text({ enum: ['accepted', 'refused', 'failed'] }), tries: whole },
    { position, value: anything, code: text(), message: text() },
  ),
  ShardList: page(
    shape({
      process: text(),
      worker: whole,
      alive: { type: 'boolean' },
      entities: whole,
      waiting: whole,
      commandsPerSecond: number,
      restarts: whole,
    }),
  ),
  QueueList: page(shape({ process: text(), commands: whole, bytes: whole }, { partitions: listOf(whole) })),
  Config: shape({}, { tileServer: text() }),
};

export const COMPONENTS: Record<string, Shape> = {
  ...SCHEMAS,
  ...BODIES,
  ...ACCOUNTS,
  ...DEVICES,
  ...DATA,
  ...ANALYSES,
  ...ALERTS,
  ...OPERATION,
};
