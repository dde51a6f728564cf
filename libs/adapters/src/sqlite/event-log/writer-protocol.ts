/** What passes between the writer thread, the thread that owns it, and the threads that append and follow. */
import type { MessagePort } from 'node:worker_threads';
import type { AppendResult, Snapshot } from '#ports';
import type { Durability } from './log-database.js';
import type { SerialisedAppend } from './event-frame.js';
import type { AppendJob, LogOutcome } from './log-writer.js';

/** To a new writer thread. */
export interface WriterData {
  dir: string;
  durability: Durability;
}

/** Owner to writer thread. */
export type OwnerToWriter = { connect: MessagePort } | { lodge: MessagePort; data: unknown } | { close: true };
/** Writer thread to owner. */
export type WriterToOwner = { ready: true } | { cannotOpen: { name: string; message: string } };

/** Owner to a connection: the way to the present writer, at first and whenever it was restarted; that it could not be, and is tried again;
 *  or that there will be none. */
export type OwnerToConnection = { writer: MessagePort } | { away: string } | { closed: true };

/** Connection to writer; each member may be missing. */
export interface ConnectionToWriter {
  appends?: AppendBatch;
  snapshots?: { id: number; snapshot: Snapshot }[];
  /** Answer with the head as soon as it stands above this position. The latest wish counts. */
  tellAbove?: number;
}

/** Frames of all requests, transferred; and flat, for the sake of speed: id, stream, expectedRevision, events, bytes of each. */
export interface AppendBatch {
  frames: ArrayBuffer;
  requests: (number | string)[];
}
const REQUEST_FIELDS = 5;

/** Writer to connection. */
export interface WriterToConnection {
  /** Flat: id, status, and three numbers of each. */
  outcomes?: number[];
  /** Why those with the status `failed` did. */
  errors?: Record<number, string>;
  head?: number;
}
const OUTCOME_FIELDS = 5;
const STATUS = { appended: 0, conflict: 1, saved: 2, failed: 3, full: 4 } as const;

export function packRequests(batch: { id: number; append: SerialisedAppend }[], frames: ArrayBuffer): AppendBatch {
  const requests: (number | string)[] = [];
  for (const { id, append } of batch) requests.push(id, append.stream, append.expectedRevision, append.events.length, append.bytes);
  return { frames, requests };
}

export function unpackRequests({ frames, requests }: AppendBatch): { ids: number[]; jobs: AppendJob[] } {
  const ids: number[] = [];
  const jobs: AppendJob[] = [];
  let start = 0;
  for (let at = 0; at < requests.length; at += REQUEST_FIELDS) {
    const bytes = requests[at + 4] as number;
    ids.push(requests[at] as number);
    jobs.push({
      stream: requests[at + 1] as string,
      expectedRevision: requests[at + 2] as number,
      events: requests[at + 3] as number,
      frames: Buffer.from(frames, start, bytes),
    });
    start += bytes;
  }
  return { ids, jobs };
}

export function packOutcomes(ids: number[], outcomes: LogOutcome[]): WriterToConnection {
  const flat: number[] = [];
  const message: WriterToConnection = { outcomes: flat };
  outcomes.forEach((outcome, n) => {
    const id = ids[n]!;
    if ('revision' in outcome) flat.push(id, STATUS.appended, outcome.revision, outcome.position, outcome.lastPosition);
    else if ('conflict' in outcome) flat.push(id, STATUS.conflict, outcome.actualRevision, 0, 0);
    else if (outcome.ok) flat.push(id, STATUS.saved, 0, 0, 0);
    else if ('full' in outcome) flat.push(id, STATUS.full, 0, 0, 0);
    else {
      flat.push(id, STATUS.failed, 0, 0, 0);
      (message.errors ??= {})[id] = outcome.error.message;
    }
  });
  return message;
}

/** `undefined` for a snapshot that was saved; `full` where there was no room. */
export type Settled = AppendResult | undefined | 'full' | Error;

export function unpackOutcomes(message: WriterToConnection, settle: (id: number, outcome: Settled) => void): void {
  const flat = message.outcomes ?? [];
  for (let at = 0; at < flat.length; at += OUTCOME_FIELDS) {
    const id = flat[at]!;
    settle(id, outcomeOf(flat, at, message.errors?.[id]));
  }
}

function outcomeOf(flat: number[], at: number, error: string | undefined): Settled {
  const [first, second, third] = [flat[at + 2]!, flat[at + 3]!, flat[at + 4]!];
  switch (flat[at + 1]) {
    case STATUS.appended:
      return { ok: true, revision: first, position: second, lastPosition: third };
    case STATUS.conflict:
      return { ok: false, conflict: true, actualRevision: first };
    case STATUS.saved:
      return undefined;
    case STATUS.full:
      return 'full';
    default:
      return new Error(error ?? 'the log could not take this');
  }
}
