/** How commands and answers cross between the supervisor's thread and a shard's: headers as one flat array in a structured clone (half the cost of
 *  objects), and all bodies end to end in one transferred buffer. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { ParkingLot } from '../behaviour.js';
import type { RuntimeLimits } from '../limits.js';

/** What a shard's thread is started with. */
export interface ShardWorkerData {
  shard: number;
  stats: SharedArrayBuffer;
  limits: Partial<RuntimeLimits>;
  writerEpoch: string;
  /** The application's own. */
  app: unknown;
}

export type ToShard =
  | {
      kind: 'commands';
      headers: unknown[];
      bodies: ArrayBuffer;
      /** Of those that are traced, by their place. */ traces?: Record<number, string>;
    }
  | { kind: 'parked'; id: number; error?: string }
  | { kind: 'stop' };

export type FromShard =
  | { kind: 'ready' }
  /** Ticket, answer, ticket, answer, … */
  | { kind: 'answers'; answers: unknown[] }
  | { kind: 'park'; id: number; command: Parameters<ParkingLot['park']>[0] }
  | { kind: 'stopped' };

export interface Addressed {
  ticket: number;
  retried: boolean;
  envelope: CommandEnvelope;
}

/** One message holds at most this much, so that a shard can answer the first while the next is under way. */
const MESSAGE_COMMANDS_MAX = 1_024;
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

export function messagesOf<C extends Addressed>(commands: C[]): C[][] {
  const messages: C[][] = [];
  for (let first = 0; first < commands.length;) {
    let end = first;
    for (let bytes = 0; end < commands.length && end - first < MESSAGE_COMMANDS_MAX && bytes < MESSAGE_BYTES_MAX; end++) {
      bytes += commands[end]!.envelope.body?.byteLength ?? 0;
    }
    messages.push(first === 0 && end === commands.length ? commands : commands.slice(first, end));
    first = end;
  }
  return messages;
}

const WIDTH = 12;
const NO_BODY = -1;

export function encodeCommands(commands: Addressed[]): Extract<ToShard, { kind: 'commands' }> {
  let total = 0;
  for (const { envelope } of commands) total += envelope.body?.byteLength ?? 0;
  // Of its own, since it is given away; not cleared, since it is filled to the last byte.
  const bodies = Buffer.allocUnsafeSlow(total);
  const headers: unknown[] = [];
  let traces: Record<number, string> | undefined;
  let offset = 0;
  for (const { ticket, retried, envelope } of commands) {
    const { type, stream, data, commandId, accountId, correlationId, causationId, receivedAt, bodyHash, body } = envelope;
    headers.push(ticket, retried, type, stream, data, commandId, accountId, correlationId, causationId, receivedAt, bodyHash);
    headers.push(body ? body.byteLength : NO_BODY);
    if (envelope.traceparent !== undefined) (traces ??= {})[headers.length / WIDTH - 1] = envelope.traceparent;
    if (!body) continue;
    bodies.set(body, offset);
    offset += body.byteLength;
  }
  const message = { kind: 'commands', headers, bodies: bodies.buffer as ArrayBuffer } as const;
  return traces ? { ...message, traces } : message;
}

export function decodeCommands(
  { headers, bodies, traces }: Extract<ToShard, { kind: 'commands' }>,
  take: (command: Addressed) => void,
): void {
  let offset = 0;
  for (let i = 0; i < headers.length; i += WIDTH) {
    const length = headers[i + 11] as number;
    const envelope: CommandEnvelope = {
      type: headers[i + 2] as CommandEnvelope['type'],
      stream: headers[i + 3] as string,
      data: headers[i + 4] as CommandEnvelope['data'],
      commandId: headers[i + 5] as string,
      accountId: headers[i + 6] as string,
      correlationId: headers[i + 7] as string,
      causationId: headers[i + 8] as string | undefined,
      receivedAt: headers[i + 9] as number,
      bodyHash: headers[i + 10] as string | undefined,
      body: length === NO_BODY ? undefined : Buffer.from(bodies, offset, length),
    };
    if (length !== NO_BODY) offset += length;
    const traceparent = traces?.[i / WIDTH];
    if (traceparent !== undefined) envelope.traceparent = traceparent;
    take({ ticket: headers[i] as number, retried: headers[i + 1] as boolean, envelope });
  }
}

export function eachAnswer(answers: unknown[], take: (ticket: number, answer: CommandAnswer) => void): void {
  for (let i = 0; i < answers.length; i += 2) take(answers[i] as number, answers[i + 1] as CommandAnswer);
}
