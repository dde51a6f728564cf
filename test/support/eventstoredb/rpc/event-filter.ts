/** Which events of `$all` a read or a subscription asks for. */
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredEvent } from '../store/event-record.js';

export interface EventFilter {
  matches(event: StoredEvent): boolean;
  /** Events considered between two checkpoints. */
  checkpointEvery: number;
}

/** What the server looks through at a time when it was not told otherwise. */
const WINDOW = 32;

export function filterOf(options: ReadReq.Options): EventFilter | undefined {
  const filter = options.getFilter();
  if (!filter) return undefined;
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  if (!expression) return undefined;
  const textOf = filter.hasStreamIdentifier() ? ({ stream }: StoredEvent): string => stream : ({ type }: StoredEvent): string => type;
  const regex = expression.getRegex();
  const prefixes = expression.getPrefixList();
  const compiled = regex === '' ? undefined : new RegExp(regex);
  return {
    matches: (event) => (compiled ? compiled.test(textOf(event)) : prefixes.some((prefix) => textOf(event).startsWith(prefix))),
    checkpointEvery: Math.max(1, filter.getCheckpointintervalmultiplier()) * (filter.hasMax() ? filter.getMax() : WINDOW),
  };
}
