/** Commands and answers as AMQP messages: a raw body is the message's content and is never looked at; the rest is compact JSON in a header. */
import type { ConsumeMessage, MessagePropertyHeaders, Options } from 'amqplib';
import type { CommandAnswer, CommandEnvelope } from '#contracts';

/** Header of the envelope. */
const ENVELOPE = 'envelope';
/** Header of a command that was published before. */
const AGAIN = 'again';
/** Header that counts the deliveries from which a message had to be published anew, because its queue does not count them. */
const TRIES = 'tries';
/** Header that counts how often it was tried as a suspect. */
const SUSPECTED = 'suspected';
/** Header of a quorum queue: how often it was delivered before. */
const DELIVERY_COUNT = 'x-delivery-count';

const RAW = 'application/octet-stream';
const JSON_DATA = 'application/json';
/** A header must fit into one frame of 128 kB, beside the rest. */
const HEADER_BYTES_MAX = 48 * 1024;

export interface OutgoingCommand {
  content: Buffer;
  options: Options.Publish;
}

/** Throws `RangeError` for a command with a body whose other data are too large for a header. */
export function encodeCommand(command: CommandEnvelope): OutgoingCommand {
  const { body, data, commandId, type, redelivered, ...rest } = command;
  const envelope = JSON.stringify(body === undefined ? rest : { ...rest, data });
  if (envelope.length > HEADER_BYTES_MAX) throw new RangeError(`${type} has too much data beside its body.`);
  const content = body === undefined ? Buffer.from(JSON.stringify(data)) : asBuffer(body);
  return {
    content,
    options: {
      messageId: commandId,
      type,
      contentType: body === undefined ? JSON_DATA : RAW,
      persistent: true,
      headers: redelivered ? { [ENVELOPE]: envelope, [AGAIN]: true } : { [ENVELOPE]: envelope },
    },
  };
}

/** Throws for what is no command. */
export function decodeCommand({ content, properties, fields }: ConsumeMessage): CommandEnvelope {
  const { messageId, type, contentType, headers } = properties;
  const rest = JSON.parse(String(headers?.[ENVELOPE])) as Omit<CommandEnvelope, 'type' | 'commandId'>;
  if (typeof messageId !== 'string' || typeof type !== 'string' || typeof rest.stream !== 'string') throw new TypeError('no command');
  const command: CommandEnvelope = { ...rest, type: type as CommandEnvelope['type'], commandId: messageId };
  if (contentType === RAW) command.body = content;
  else command.data = JSON.parse(content.toString()) as CommandEnvelope['data'];
  if (fields.redelivered || headers?.[AGAIN] === true) command.redelivered = true;
  return command;
}

/** How often it was handed over before and not acknowledged, as far as anybody counted. */
export function triesOf({ properties: { headers }, fields: { redelivered } }: ConsumeMessage): number {
  const counted = headers?.[DELIVERY_COUNT] as number | undefined;
  return numberIn(headers, TRIES) + (counted ?? (redelivered ? 1 : 0));
}

export const timesSuspected = ({ properties: { headers } }: ConsumeMessage): number => numberIn(headers, SUSPECTED);

/** A quorum queue counts by itself. */
export const isCounted = ({ properties: { headers }, fields: { redelivered } }: ConsumeMessage): boolean =>
  !redelivered || headers?.[DELIVERY_COUNT] !== undefined;

/** The same message once more, with what is known of it. */
export function copyOf({ properties }: ConsumeMessage, counts: { tries: number; suspected: number }): Options.Publish {
  const { messageId, type, contentType, correlationId, replyTo, headers } = properties;
  const known = { [ENVELOPE]: headers?.[ENVELOPE] as string, [AGAIN]: true, [TRIES]: counts.tries, [SUSPECTED]: counts.suspected };
  return { messageId, type, contentType, correlationId, replyTo, persistent: true, headers: known };
}

/** What a sender publishes after its connection broke. */
export function publishedAgain({ content, options }: OutgoingCommand): OutgoingCommand {
  return { content, options: { ...options, headers: { ...(options.headers as object), [AGAIN]: true } } };
}

/** Ticket and answer, in turns. */
export const encodeAnswers = (answers: (string | CommandAnswer)[]): Buffer => Buffer.from(JSON.stringify(answers));

export function eachAnswer(content: Buffer, take: (ticket: string, answer: CommandAnswer) => void): void {
  const answers = JSON.parse(content.toString()) as (string | CommandAnswer)[];
  for (let i = 0; i + 1 < answers.length; i += 2) take(answers[i] as string, answers[i + 1] as CommandAnswer);
}

/** What identifies a command in the hands of one process. */
export const identityOf = ({ stream, commandId }: CommandEnvelope): string => `${stream}\n${commandId}`;

export const weightOf = ({ body }: CommandEnvelope): number => body?.byteLength ?? 0;

const numberIn = (headers: MessagePropertyHeaders | undefined, name: string): number => Number(headers?.[name] ?? 0);

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
