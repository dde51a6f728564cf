/** `Append`: one append a call. */
import type { handleClientStreamingCall, sendUnaryData, ServerReadableStream, ServiceError } from '@grpc/grpc-js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NO_STREAM, STREAM_EXISTS } from '../store/commit-check.js';
import type { ProposedEvent } from '../store/event-record.js';
import { append, type AppendOutcome } from './appending.js';
import { empty, expectedOf, nameOf, proposedOf } from './messages.js';
import { appendTooLarge, invalidArgument, missingProperty, notLeader, notReady, streamDeleted, timedOut } from './rpc-errors.js';
import type { Node } from './node.js';

export function appendCall(node: Node): handleClientStreamingCall<AppendReq, AppendResp> {
  return (call, answer) => {
    let options: AppendReq.Options | undefined;
    let refused: ServiceError | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (message: AppendReq) => {
      if (message.hasOptions()) options = message.getOptions();
      if (!message.hasProposedMessage()) return;
      const event = proposedOf(message.getProposedMessage()!);
      if ('missing' in event) refused ??= missingProperty(event.missing);
      else events.push(event);
    });
    call.on('error', () => undefined);
    call.on('end', () => {
      refused ??= refusal(node);
      if (refused) return answer(refused);
      void finish(node, call, { options, events }, answer);
    });
  };
}

async function finish(
  node: Node,
  call: ServerReadableStream<AppendReq, AppendResp>,
  { options, events }: { options: AppendReq.Options | undefined; events: ProposedEvent[] },
  answer: sendUnaryData<AppendResp>,
): Promise<void> {
  const expected =
    options &&
    expectedOf({
      hasAny: () => options.hasAny(),
      hasNoStream: () => options.hasNoStream(),
      hasStreamExists: () => options.hasStreamExists(),
      revision: () => (options.hasRevision() ? options.getRevision() : undefined),
    });
  if (!options || expected === undefined) return answer(invalidArgument('an append needs options first'));
  const stream = nameOf(options.getStreamIdentifier());
  const deadline = call.getDeadline();
  const outcome = await append(node, { stream, expected, events, deadline: deadline instanceof Date ? deadline.getTime() : deadline });
  if (outcome.written || outcome.why === 'wrong-revision') answer(null, responseOf(outcome, expected));
  else if (outcome.why !== 'lost') answer(errorOf(node, stream, outcome.why));
}

function responseOf(outcome: Extract<AppendOutcome, { written: true } | { why: 'wrong-revision' }>, expected: number): AppendResp {
  const response = new streamsPb.AppendResp();
  if (outcome.written) {
    const position = new streamsPb.AppendResp.Position()
      .setCommitPosition(String(outcome.position))
      .setPreparePosition(String(outcome.position));
    return response.setSuccess(new streamsPb.AppendResp.Success().setCurrentRevision(String(outcome.lastRevision)).setPosition(position));
  }
  const wrong = new streamsPb.AppendResp.WrongExpectedVersion();
  if (outcome.current < 0) wrong.setCurrentNoStream(empty());
  else wrong.setCurrentRevision(String(outcome.current));
  if (expected >= 0) wrong.setExpectedRevision(String(expected));
  else if (expected === NO_STREAM) wrong.setExpectedNoStream(empty());
  else if (expected === STREAM_EXISTS) wrong.setExpectedStreamExists(empty());
  else wrong.setExpectedAny(new sharedPb.Empty());
  return response.setWrongExpectedVersion(wrong);
}

function errorOf(node: Node, stream: string, why: 'deleted' | 'too-large' | 'timeout' | 'invalid'): ServiceError {
  if (why === 'deleted') return streamDeleted(stream);
  if (why === 'too-large') return appendTooLarge(node.appendBytesMax);
  return why === 'timeout' ? timedOut('the append was not committed in time') : invalidArgument(`'${stream}' is not a stream to append to`);
}

export function refusal({ faults }: Node): ServiceError | undefined {
  if (faults.notReady) return notReady();
  return faults.notLeader ? notLeader(faults.notLeader) : undefined;
}
