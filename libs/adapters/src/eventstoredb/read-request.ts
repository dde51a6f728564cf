/** What the server is asked for: events of one stream, of all of ours, or a subscription to the latter. */
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import { commitOf } from './recorded-event.js';

const { Options } = streamsPb.ReadReq;
const FORWARDS = 0;
const BACKWARDS = 1;

/** Which events of `$all` are the log's. */
export interface LogFilter {
  /** Of the streams' names; none, and it is every stream but the server's own and the snapshots. */
  namespace: string;
}

const NOT_OURS = '^(?!\\$|snapshot-)';

export function streamRequest(stream: string, range: { from: number | 'end'; count: number }): ReadReq {
  const asked = new Options.StreamOptions().setStreamIdentifier(
    new sharedPb.StreamIdentifier().setStreamName(Uint8Array.from(Buffer.from(stream))),
  );
  const backwards = range.from === 'end';
  if (backwards) asked.setEnd(new sharedPb.Empty());
  else asked.setRevision(String(range.from));
  return request(
    options()
      .setStream(asked)
      .setCount(String(range.count))
      .setReadDirection(backwards ? BACKWARDS : FORWARDS)
      .setNoFilter(new sharedPb.Empty()),
  );
}

/** From the event at a position on, that one included; from the first event where it is 0. */
export function pageRequest(filter: LogFilter, from: number, count: number): ReadReq {
  const all = new Options.AllOptions();
  if (from <= 0) all.setStart(new sharedPb.Empty());
  else all.setPosition(new Options.Position().setCommitPosition(commitOf(from)).setPreparePosition(commitOf(from)));
  return request(options().setAll(all).setCount(String(count)).setReadDirection(FORWARDS).setFilter(filterOf(filter)));
}

/** The newest event of the log, or without a filter of the server. */
export function newestRequest(filter?: LogFilter): ReadReq {
  const asked = options().setAll(theEnd()).setCount('1').setReadDirection(BACKWARDS);
  return request(filter ? asked.setFilter(filterOf(filter)) : asked.setNoFilter(new sharedPb.Empty()));
}

/** What stands before the event with this commit position, of whomever it is, newest first. */
export function backwardsRequest(commit: string, count: number): ReadReq {
  const before = new Options.AllOptions().setPosition(new Options.Position().setCommitPosition(commit).setPreparePosition(commit));
  return request(options().setAll(before).setCount(String(count)).setReadDirection(BACKWARDS).setNoFilter(new sharedPb.Empty()));
}

/** What comes from now on. */
export function subscriptionRequest(filter: LogFilter): ReadReq {
  return request(options().setAll(theEnd()).setSubscription(new Options.SubscriptionOptions()).setFilter(filterOf(filter)));
}

const request = (asked: ReadReq.Options): ReadReq => new streamsPb.ReadReq().setOptions(asked);

function options(): ReadReq.Options {
  return new Options().setUuidOption(new Options.UUIDOption().setString(new sharedPb.Empty())).setResolveLinks(false);
}

const theEnd = (): ReadReq.Options.AllOptions => new Options.AllOptions().setEnd(new sharedPb.Empty());

function filterOf({ namespace }: LogFilter): ReadReq.Options.FilterOptions {
  const expression = new Options.FilterOptions.Expression();
  if (namespace === '') expression.setRegex(NOT_OURS);
  else expression.setPrefixList([namespace]);
  return new Options.FilterOptions().setStreamIdentifier(expression).setCount(new sharedPb.Empty()).setCheckpointintervalmultiplier(1_000);
}
