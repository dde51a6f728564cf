/** Accounts, keys, devices, latest values, verdicts, ledgers, checkpoints: step 6 of the journey. */
import type { Kysely, Transaction } from 'kysely';
import type { ClearReason, ModelPurpose, Severity } from '#contracts';

export type ViewDatabase = Kysely<ViewTables>;
export type ViewTransaction = Transaction<ViewTables>;

export abstract class ViewStore {
  /** For queries. */
  abstract readonly db: ViewDatabase;
  /** One transaction: all of `work` or nothing. Who writes: the projectors, the parking of commands, and whoever notes what operators ask
   *  for. Rejects with `StoreUnavailableError` where the same work may succeed later. */
  abstract write<T>(work: (tx: ViewTransaction) => Promise<T>): Promise<T>;
  /** Reads as of one moment, whatever others commit meanwhile; nobody waits for it. */
  snapshot<T>(work: (tx: ViewTransaction) => Promise<T>): Promise<T> {
    return this.db.transaction().setIsolationLevel('repeatable read').execute(work);
  }
  abstract close(): Promise<void>;
}

/** Busy, full, or out of reach: nothing was written, and trying again can help. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** The file of a store cannot be opened; the message says which, why, and what to do. */
export class UnreadableStoreError extends Error {
  override readonly name = 'UnreadableStoreError';
}

/** Times are ms since epoch; JSON is text; positions are numbers. The same in SQLite and PostgreSQL. */
export interface ViewTables {
  checkpoints: { projection: string; generation: number; part: number; projection_version: number; position: number };
  /** Of every projection, the series included. Exactly one is `live`; its tables bear the plain names, those of another `<table>_g<generation>`. */
  generations: {
    projection: string;
    generation: number;
    /** `dropping` is written by the api, where an operator wants an old one gone. */
    state: 'live' | 'building' | 'old' | 'dropping';
    projection_version: number;
    made_at: number;
    switched_at: number | null;
  };
  /** What operators asked for, and how far it is: a generation built to replace the live one, or to be compared with it. */
  rebuilds: {
    rebuild_id: string;
    projection: string;
    generation: number;
    purpose: 'switch' | 'verify';
    /** Written by the api. */
    wanted: 'run' | 'pause' | 'cancel';
    /** Written by the projectors. */
    state: 'requested' | 'running' | 'paused' | 'switching' | 'completed' | 'cancelled' | 'failed';
    requested_by: string;
    requested_at: number;
    started_at: number | null;
    finished_at: number | null;
    /** The log's head when it was asked for. */
    target: number;
    events_done: number;
    events_per_second: number;
    error: string | null;
    /** JSON of `VerificationOutcome`, once a verification is completed. */
    outcome: string | null;
  };
  /** Who owns what until when: `projector/part/3`. */
  leases: { name: string; owner: string; expires_at: number; epoch: number };
  /** The live processes of a role. */
  members: { role: string; member: string; seen_at: number };
  server_secrets: { name: string; secret: string };
  /** Settings that the rest was built with. */
  kept_settings: { name: string; value: string };
  accounts: { account_id: string; email: string; password_hash: string; opened_at: number };
  api_keys: {
    key_hash: string;
    key_id: string;
    account_id: string;
    name: string;
    scopes: string;
    device_ids: string | null;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
  };
  sessions: { token_hash: string; session_id: string; account_id: string; started_at: number; expires_at: number; ended_at: number | null };
  devices: {
    account_id: string;
    device_id: string;
    name: string;
    tags: string;
    schema_version: number;
    schema: string;
    revision: number;
    registered_at: number;
    changed_at: number;
    retired_at: number | null;
  };
  schemas: { account_id: string; device_id: string; schema_version: number; schema: string; registered_at: number; position: number };
  /** One row a field; `field` is the name in the schema, `value` JSON. */
  latest_values: {
    account_id: string;
    device_id: string;
    field: string;
    value: string;
    time: number;
    position: number;
    recorded_at: number;
  };
  rejections: {
    account_id: string;
    device_id: string;
    position: number;
    index_in_request: number;
    field: string | null;
    code: string;
    message: string;
    reading: string;
    recorded_at: number;
  };
  ledgers: {
    account_id: string;
    device_id: string;
    stored: number;
    duplicates: number;
    rejected: number;
    late: number;
    latest_time: number | null;
    last_recorded_at: number | null;
    /** JSON of `FrozenSeqs` in `#domain`: `ReceivedSeqs.thaw(…).missing()` reads it. */
    received_seqs: string;
  };
  /** One row an analysis; `range_from`, `range_to` null where the range is open. */
  analyses: {
    account_id: string;
    analysis_id: string;
    name: string | null;
    operation: string;
    operation_version: number;
    /** JSON of `AnalysisInput[]`, and of the parameters. */
    inputs: string;
    params: string;
    range_from: number | null;
    range_to: number | null;
    standing: number;
    /** Of the request: what was recorded before it is what is read. */
    position: number;
    requested_at: number;
    status: 'requested' | 'completed' | 'failed' | 'cancelled' | 'discarded';
    ended_at: number | null;
    error: string | null;
    /** JSON of what `AnalysisCompleted` says. */
    outcome: string | null;
  };
  /** No projection: who works on an analysis until when, how often it was begun, and how far it is. Written by the workers. */
  analysis_runs: {
    account_id: string;
    analysis_id: string;
    /** 1 at first; one more each time it was begun again. */
    run: number;
    owner: string;
    expires_at: number;
    started_at: number;
    phase: string;
    progress: number;
    /** JSON, of a standing analysis: where it goes on. */
    checkpoint: string | null;
  };
  /** No projection: results, in chunks of rows, under their digest; of a standing analysis under `standing`. */
  analysis_results: {
    account_id: string;
    analysis_id: string;
    digest: string;
    series: number;
    chunk: number;
    rows: number;
    data: string;
  };
  /** One row a version. */
  models: {
    account_id: string;
    model_id: string;
    model_version: number;
    device_id: string;
    field: string;
    purpose: ModelPurpose;
    position: number;
    trained_at: number;
    /** JSON of `ModelRegistered['data']`. */
    model: string;
  };
  /** No projection: trained models under their digest. Written by the workers, who can train one that is lost again. */
  kept_models: {
    account_id: string;
    digest: string;
    model: string;
  };
  alert_rules: {
    account_id: string;
    rule_id: string;
    rule_version: number;
    name: string;
    severity: Severity;
    /** JSON of `AlertRule`, secrets included. */
    rule: string;
    /** Of the event that defined this version. */
    position: number;
    created_at: number;
    changed_at: number;
    retired_at: number | null;
    silenced_until: number | null;
    silence_reason: string | null;
  };
  alerts: {
    account_id: string;
    alert_id: string;
    rule_id: string;
    rule_version: number;
    device_id: string;
    state: 'firing' | 'cleared';
    since: number;
    raised_at: number;
    recorded_at: number;
    /** Of the readings that raised it. */
    position: number;
    index_in_event: number;
    cause: string;
    value: number | null;
    cleared_at: number | null;
    clear_reason: ClearReason | null;
    cleared_position: number | null;
    acknowledged_at: number | null;
    acknowledged_by: string | null;
    acknowledgement_note: string | null;
  };
  /** How far rules are evaluated (`evaluation`), and how far alerts are put in line for notification (`notification`). */
  alert_checkpoints: { follower: string; part: number; state_version: number; position: number };
  /** What the evaluation knows at its checkpoint, as JSON: by device (`device`) and by rule (`rule`). */
  alert_states: { part: number; account_id: string; kind: 'device' | 'rule'; id: string; state: string };
  /** Notifications, sent and to be sent. */
  alert_deliveries: {
    delivery_id: string;
    part: number;
    account_id: string;
    rule_id: string;
    alert_id: string;
    kind: 'raised' | 'repeated' | 'cleared';
    /** JSON of `NotifyTarget`, its secret included. */
    target: string;
    /** JSON of `AlertNotification`. */
    body: string;
    repeat_every: number | null;
    state: 'queued' | 'delivered' | 'failed' | 'skipped';
    attempts: number;
    created_at: number;
    next_attempt_at: number | null;
    delivered_at: number | null;
    status: number | null;
    error: string | null;
  };
  parked_commands: {
    parked_id: string;
    stream: string;
    type: string;
    account_id: string;
    parked_at: number;
    tries: number;
    error: string;
    envelope: string;
  };
}
