/** What entities are told. A command crosses the queue as plain data; a raw body travels beside it. */
import type { Scope } from '../events/account-events.js';
import type { AnalysisCompleted, AnalysisFailed, AnalysisRequested } from '../events/analysis-events.js';
import type { ModelRegistered } from '../events/model-events.js';
import type { JsonObject } from '../json.js';
import type { AlertRuleCommand } from './alert-commands.js';
import type { DeviceSchema } from '../schema.js';

export interface RegisterDevice {
  type: 'RegisterDevice';
  data: { accountId: string; deviceId: string; name: string; tags: Record<string, string>; schema: DeviceSchema };
}
/** `expectedRevision`: of the last event that changed name, tags or schema (`DeviceRegistered`, `DeviceDescribed`, `SchemaRegistered`). */
export interface DescribeDevice {
  type: 'DescribeDevice';
  data: { name?: string; tags?: Record<string, string>; expectedRevision?: number };
}
export interface RegisterSchema {
  type: 'RegisterSchema';
  data: { schema: DeviceSchema; expectedSchemaVersion?: number };
}
/** The readings are in the body, in one of the `ReadingFormat`s, parsed on the shard. */
export interface ReceiveReadings {
  type: 'ReceiveReadings';
  data: { deviceId: string; format: ReadingFormat };
}
export interface RetireDevice {
  type: 'RetireDevice';
  data: JsonObject;
}
export type ReadingFormat = 'json' | 'ndjson' | 'csv' | 'senml';
export type DeviceCommand = RegisterDevice | DescribeDevice | RegisterSchema | ReceiveReadings | RetireDevice;

export interface ClaimEmail {
  type: 'ClaimEmail';
  data: { accountId: string };
}
export interface OpenAccount {
  type: 'OpenAccount';
  data: { accountId: string; email: string; passwordHash: string };
}
export interface IssueApiKey {
  type: 'IssueApiKey';
  data: { keyId: string; name: string; keyHash: string; scopes: Scope[]; deviceIds?: string[]; expiresAt?: number };
}
export interface RevokeApiKey {
  type: 'RevokeApiKey';
  data: { keyId: string };
}
export interface StartSession {
  type: 'StartSession';
  data: { sessionId: string; tokenHash: string; expiresAt: number };
}
export interface EndSession {
  type: 'EndSession';
  data: { sessionId: string };
}
export type AccountCommand = OpenAccount | IssueApiKey | RevokeApiKey | StartSession | EndSession;
export type EmailCommand = ClaimEmail;

/** `data.bodyHash` of a second claim must equal that of the first. */
export interface ClaimRequest {
  type: 'ClaimRequest';
  data: { bodyHash: string };
}
export interface AnswerRequest {
  type: 'AnswerRequest';
  data: { status: number; body: JsonObject };
}
export type RequestCommand = ClaimRequest | AnswerRequest;

export interface RequestAnalysis {
  type: 'RequestAnalysis';
  data: AnalysisRequested['data'];
}
export interface CompleteAnalysis {
  type: 'CompleteAnalysis';
  data: AnalysisCompleted['data'];
}
export interface FailAnalysis {
  type: 'FailAnalysis';
  data: AnalysisFailed['data'];
}
export interface CancelAnalysis {
  type: 'CancelAnalysis';
  data: JsonObject;
}
/** Hides one that has ended. */
export interface DiscardAnalysis {
  type: 'DiscardAnalysis';
  data: JsonObject;
}
export type AnalysisCommand = RequestAnalysis | CompleteAnalysis | FailAnalysis | CancelAnalysis | DiscardAnalysis;

/** The next version of a model. */
export interface RegisterModel {
  type: 'RegisterModel';
  data: Omit<ModelRegistered['data'], 'modelVersion'>;
}
export type ModelCommand = RegisterModel;

export type ThingsCommand =
  DeviceCommand | AccountCommand | EmailCommand | RequestCommand | AnalysisCommand | ModelCommand | AlertRuleCommand;

/** A command on its way to the entity that decides it. */
export interface CommandEnvelope<C extends ThingsCommand = ThingsCommand> {
  type: C['type'];
  /** The entity, by the name of its stream: `device-a1.d7`. */
  stream: string;
  data: C['data'];
  commandId: string;
  accountId: string;
  correlationId: string;
  causationId?: string;
  /** ms since epoch, when the door took it: the `now` of the decision and the time of readings that carry none. */
  receivedAt: number;
  /** Hex SHA-256 of what was asked. Present where the same command can arrive again (Idempotency-Key, MQTT packet,
   *  redelivery): the entity then remembers `commandId`, and refuses it with another hash. */
  bodyHash?: string;
  /** Set by a queue that may hand the same command over again: before it decides, the entity looks in the log for what it decided the first
   *  time, and gives that answer. */
  redelivered?: true;
  /** W3C: the span that this command follows from. Present only where it is traced. */
  traceparent?: string;
  /** The raw body (already decompressed), never parsed on the way. */
  body?: Uint8Array;
}

/** The answer of an entity: plain data either way. */
export type CommandAnswer = CommandAccepted | CommandRefused;

export interface CommandAccepted {
  ok: true;
  /** Position and revision of the command's last event. */
  position: number;
  revision: number;
  /** True where this is the first answer given again. */
  repeated?: boolean;
  value: JsonObject;
}

export interface CommandRefused {
  ok: false;
  code: string;
  message: string;
  details?: JsonObject;
  /** Set where trying again later can help. */
  retryAfterMs?: number;
}

/** The answer to `ReceiveReadings`, in `value`. */
export type ReadingsAnswer = {
  deviceId: string;
  accepted: number;
  duplicates: number;
  rejected: { index: number; field?: string; code: string; message: string }[];
  /** Decimal text. */
  position: string;
};
