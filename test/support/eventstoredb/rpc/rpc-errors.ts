/** The server's errors as the client knows them: a gRPC status, and in its metadata what went wrong. */
import { Metadata, status, type ServiceError } from '@grpc/grpc-js';

export function rpcError(code: status, details: string, properties: Record<string, string> = {}): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(properties)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}

/** Names of streams may hold what a header may not. */
const header = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

export const notReady = (): ServiceError => rpcError(status.UNAVAILABLE, 'Server Is Not Ready');

export const notLeader = ({ host, port }: { host: string; port: number }): ServiceError =>
  rpcError(status.NOT_FOUND, 'Leader info available', {
    exception: 'not-leader',
    'leader-endpoint-host': host,
    'leader-endpoint-port': String(port),
  });

export const streamDeleted = (stream: string): ServiceError =>
  rpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': header(stream),
  });

export const wrongExpectedVersion = (stream: string, expected: number, actual: number): ServiceError =>
  rpcError(
    status.FAILED_PRECONDITION,
    `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
    {
      exception: 'wrong-expected-version',
      'stream-name': header(stream),
      'expected-version': String(expected),
      'actual-version': String(actual),
    },
  );

export const appendTooLarge = (maximum: number): ServiceError =>
  rpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximum} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximum),
  });

export const missingProperty = (property: string): ServiceError =>
  rpcError(status.INVALID_ARGUMENT, `Required Metadata Property '${property}' is missing`, {
    exception: 'missing-required-metadata-property',
    'required-metadata-properties': 'type,content-type',
  });

export const timedOut = (what: string): ServiceError => rpcError(status.ABORTED, `Operation timed out: ${what}`);

export const invalidArgument = (what: string): ServiceError => rpcError(status.INVALID_ARGUMENT, what);

export const brokenTransport = (): ServiceError => rpcError(status.UNAVAILABLE, 'Connection dropped');
