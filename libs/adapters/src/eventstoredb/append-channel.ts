/** Appends of many streams in flight at once over one `BatchAppend` call. Whatever happens to it, each append is settled, and alone. */
import { randomUUID } from 'node:crypto';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import type { BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { LogClosedError, StoreUnavailableError, UnknownOutcomeError } from '#ports';
import { messagesOf, tooLarge, type WireAppend } from './append-message.js';
import { cancel, type AppendStream } from './client-internals.js';
import { inTime } from './in-time.js';
import { asPortError, NoAnswerError, whyOf } from './server-errors.js';

export type Appended =
  | { ok: true; /** Of the last event. */ lastRevision: number; /** Where the server knows it. */ commit: string | undefined }
  | { ok: false; actualRevision: number };

export interface AppendChannelOptions {
  open(): Promise<AppendStream>;
  timeoutMs: number;
  /** An answer did not come in time: the connection may be dead. */
  onSilence(): void;
}

interface Pending {
  stream: AppendStream;
  append: Pick<WireAppend, 'bytes'>;
  dueAt: number;
  resolve(appended: Appended): void;
  reject(error: Error): void;
}

export class AppendChannel {
  readonly #options: AppendChannelOptions;
  /** By correlation id, in the order in which they are due. */
  readonly #pending = new Map<string, Pending>();
  readonly #settled = new Set<() => void>();
  #opening: Promise<AppendStream> | undefined;
  #stream: AppendStream | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #waiting = 0;

  constructor(options: AppendChannelOptions) {
    this.#options = options;
  }

  get pending(): number {
    return this.#pending.size + this.#waiting;
  }

  /** Rejects with `UnknownOutcomeError` once it was sent and not answered, with `StoreUnavailableError` where it was not sent. */
  async append(append: WireAppend): Promise<Appended> {
    return this.#send(this.#stream ?? (await this.#opened()), append);
  }

  /** Resolves when nothing is under way. */
  async drain(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.#settled.add(resolve));
  }

  close(): void {
    this.#closed = true;
    if (this.#stream) cancel(this.#stream);
    this.#failAll(() => true, new LogClosedError('the log was closed before the server answered'));
  }

  async #opened(): Promise<AppendStream> {
    this.#waiting += 1;
    try {
      return await inTime(this.#options.timeoutMs, (this.#opening ??= this.#open()));
    } catch (error) {
      throw asPortError(error);
    } finally {
      this.#waiting -= 1;
      this.#tell();
    }
  }

  async #open(): Promise<AppendStream> {
    try {
      const stream = await this.#options.open();
      const lost = (error?: Error): void => {
        if (this.#stream === stream) this.#stream = undefined;
        const why = error ? whyOf(error) : 'the server ended the call';
        this.#failAll(
          (pending) => pending.stream === stream,
          new UnknownOutcomeError(`the append was not answered: ${why}`, { cause: error }),
        );
      };
      stream.on('data', (answer: BatchAppendResp) => this.#answered(answer));
      stream.on('error', lost);
      stream.on('end', () => lost());
      stream.on('close', () => lost());
      return (this.#stream = stream);
    } finally {
      this.#opening = undefined;
    }
  }

  #send(stream: AppendStream, append: WireAppend): Promise<Appended> {
    if (this.#closed) throw new LogClosedError('the log is closed');
    if (this.#stream !== stream) throw new StoreUnavailableError('the connection to EventStoreDB was lost; nothing was sent');
    return new Promise((resolve, reject) => {
      const id = randomUUID();
      this.#pending.set(id, {
        stream,
        append: { bytes: append.bytes },
        dueAt: performance.now() + this.#options.timeoutMs,
        resolve,
        reject,
      });
      this.#timer ??= setTimeout(() => this.#sweep(), this.#options.timeoutMs);
      for (const message of messagesOf(append, id)) stream.write(message);
    });
  }

  /** An answer that nobody waits for any more is late: its append was given up, and its writer reads the stream. */
  #answered(answer: BatchAppendResp): void {
    const id = correlationOf(answer);
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const error = answer.getError();
    const success = answer.getSuccess();
    if (success) {
      const lastRevision = success.hasNoStream() ? -1 : Number(success.getCurrentRevision());
      pending.resolve({ ok: true, lastRevision, commit: success.getPosition()?.getCommitPosition() });
    } else if (error) settleError(pending, error);
    else pending.reject(new UnknownOutcomeError('the server answered neither with success nor with an error'));
    this.#tell();
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = performance.now();
    const overdue = [...this.#pending.values()].filter(({ dueAt }) => dueAt <= now);
    if (overdue.length > 0) {
      const why = new NoAnswerError(`no answer within ${this.#options.timeoutMs} ms`);
      this.#failAll(
        (pending) => pending.dueAt <= now,
        new UnknownOutcomeError(`the append was not answered: ${why.message}`, { cause: why }),
      );
      this.#options.onSilence();
    }
    const [next] = this.#pending.values();
    if (next) this.#timer = setTimeout(() => this.#sweep(), Math.max(1, next.dueAt - now));
  }

  #failAll(which: (pending: Pending) => boolean, error: Error): void {
    for (const [id, pending] of this.#pending) {
      if (!which(pending)) continue;
      this.#pending.delete(id);
      pending.reject(error);
    }
    if (this.#pending.size === 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
    this.#tell();
  }

  #tell(): void {
    if (this.pending > 0) return;
    for (const resolve of this.#settled) resolve();
    this.#settled.clear();
  }
}

function settleError(pending: Pending, error: Status): void {
  const details = error.getDetails();
  const name = details?.getTypeName() ?? '';
  const bytes = details?.getValue_asU8() ?? new Uint8Array();
  switch (name.slice(name.lastIndexOf('.') + 1)) {
    case 'WrongExpectedVersion': {
      const wrong = sharedPb.WrongExpectedVersion.deserializeBinary(bytes);
      return pending.resolve({
        ok: false,
        actualRevision: wrong.hasCurrentStreamRevision() ? Number(wrong.getCurrentStreamRevision()) : -1,
      });
    }
    case 'MaximumAppendSizeExceeded': {
      const limit = sharedPb.MaximumAppendSizeExceeded.deserializeBinary(bytes).getMaxappendsize();
      return pending.reject(tooLarge(pending.append, limit));
    }
    case 'StreamDeleted':
      return pending.reject(new Error('the stream was deleted for good: nothing can be appended to it'));
    case 'AccessDenied':
      return pending.reject(new Error('the user may not append to this stream'));
    case 'BadRequest':
      return pending.reject(new TypeError(`the server refuses the append as malformed: ${error.getMessage()}`));
    default:
      // Timeout, Unknown, "Server Is Busy": it may have been written all the same.
      return pending.reject(new UnknownOutcomeError(`the server does not know what became of the append: ${error.getMessage()}`));
  }
}

/** The server sends back what it was given, or, where it gave up by itself, the same in two halves. */
function correlationOf(answer: BatchAppendResp): string {
  const id = answer.getCorrelationId();
  const structured = id?.getStructured();
  if (!structured) return id?.getString() ?? '';
  const half = (bits: string): string => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const hex = half(structured.getMostSignificantBits()) + half(structured.getLeastSignificantBits());
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
