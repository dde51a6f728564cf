/** What every format is read to, or why it cannot be. */
import type { ReceiveParsedReadings, Rejection } from '#domain';

export type ParsedReadings = ReceiveParsedReadings['data'];

export interface BodyContext {
  /** Readings a request may hold. */
  readingsMax: number;
  /** ms since epoch: SenML counts relative times from here. */
  now: number;
}

export const isRejection = (read: ParsedReadings | Rejection): read is Rejection => 'code' in read;

export const tooManyReadings = (limit: number): Rejection => ({
  code: 'request.too-many-readings',
  message: `the request holds more than ${limit} readings`,
  details: { limit },
});
