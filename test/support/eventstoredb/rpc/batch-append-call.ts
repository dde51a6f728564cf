/** `BatchAppend`: many appends over one stream, answered each by its correlation id. */
import anyPb from 'google-protobuf/google/protobuf/any_pb.js';
import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import codePb from '@eventstore/db-client/generated/code_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import { NO_STREAM, STREAM_EXISTS } from '../store/commit-check.js';
import { append, type Append, type AppendOutcome } from './appending.js';
import { refusal } from './append-call.js';
import { empty, expectedOf, identifierOf, nameOf, proposedOf, textOf, weightOf } from './messages.js';
import type { Node } from './node.js';

type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;
interface Gathering {
  append: Append;
  bytes: number;
  missing: string | undefined;
}

export function batchAppendCall(node: Node): handleBidiStreamingCall<BatchAppendReq, BatchAppendResp> {
  return (call) => {
    const gathering = new Map<string, Gathering>();
    let open = 0;
    let ended = false;
    const fail = (error: Error): boolean => call.emit('error', error);
    const endWhenDone = (): void => {
      if (ended && open === 0) call.end();
    };
    node.appendStreams.add(fail);
    const forget = (): boolean => node.appendStreams.delete(fail);
    call.on('data', (request: BatchAppendReq) => {
      const refused = refusal(node);
      if (refused) return fail(refused);
      const whole = gather(node, call, gathering, request);
      if (!whole) return;
      open += 1;
      void append(node, whole.append).then((outcome) => {
        open -= 1;
        if (outcome.written || outcome.why !== 'lost') reply(call, request.getCorrelationId()!, node, { ...whole.append, outcome });
        endWhenDone();
      });
    });
    call.on('end', () => {
      ended = true;
      endWhenDone();
    });
    call.on('cancelled', forget);
    call.on('error', forget);
    call.on('close', forget);
  };
}

/** The append, once its last part is here. */
function gather(node: Node, call: Call, gathering: Map<string, Gathering>, request: BatchAppendReq): Gathering | undefined {
  const correlationId = textOf(request.getCorrelationId());
  const options = request.getOptions();
  if (options) {
    const expected = expectedOf({
      hasAny: () => options.hasAny(),
      hasNoStream: () => options.hasNoStream(),
      hasStreamExists: () => options.hasStreamExists(),
      revision: () => (options.hasStreamPosition() ? options.getStreamPosition() : undefined),
    });
    const deadline = options.getDeadline()?.toDate().getTime() ?? Infinity;
    const stream = nameOf(options.getStreamIdentifier());
    const refused = expected === undefined ? 'invalid' : deadline <= node.now() ? 'timeout' : undefined;
    if (expected === undefined || refused)
      return refuse(call, request, node, { stream, expected: expected ?? NO_STREAM, outcome: { written: false, why: refused! } });
    gathering.set(correlationId, { append: { stream, expected, events: [], deadline }, bytes: 0, missing: undefined });
  }
  const gathered = gathering.get(correlationId);
  if (!gathered) return undefined;
  for (const message of request.getProposedMessagesList()) {
    const event = proposedOf(message);
    if ('missing' in event) gathered.missing = event.missing;
    else {
      gathered.append.events.push(event);
      gathered.bytes += weightOf(event);
    }
  }
  const why = gathered.missing ? 'invalid' : gathered.bytes > node.appendBytesMax ? 'too-large' : undefined;
  if (why || request.getIsFinal()) gathering.delete(correlationId);
  if (why) return refuse(call, request, node, { ...gathered.append, outcome: { written: false, why } });
  return request.getIsFinal() ? gathered : undefined;
}

type Answered = Pick<Append, 'stream' | 'expected'> & { outcome: AppendOutcome };

function refuse(call: Call, request: BatchAppendReq, node: Node, answered: Answered): undefined {
  reply(call, request.getCorrelationId()!, node, answered);
}

function reply(call: Call, correlationId: UUID, node: Node, { stream, expected, outcome }: Answered): void {
  if (call.cancelled || call.destroyed || call.writableEnded) return;
  const response = new streamsPb.BatchAppendResp().setCorrelationId(correlationId).setStreamIdentifier(identifierOf(stream));
  if (outcome.written) {
    const position = new sharedPb.AllStreamPosition()
      .setCommitPosition(String(outcome.position))
      .setPreparePosition(String(outcome.position));
    const success = new streamsPb.BatchAppendResp.Success().setCurrentRevision(String(outcome.lastRevision)).setPosition(position);
    response.setSuccess(success);
  } else {
    response.setError(statusOf(node, stream, expected, outcome));
  }
  call.write(response);
}

function statusOf(node: Node, stream: string, expected: number, outcome: Extract<AppendOutcome, { written: false }>): Status {
  switch (outcome.why) {
    case 'wrong-revision': {
      const wrong = new sharedPb.WrongExpectedVersion();
      if (outcome.current < 0) wrong.setCurrentNoStream(empty());
      else wrong.setCurrentStreamRevision(String(outcome.current));
      if (expected >= 0) wrong.setExpectedStreamPosition(String(expected));
      else if (expected === NO_STREAM) wrong.setExpectedNoStream(empty());
      else if (expected === STREAM_EXISTS) wrong.setExpectedStreamExists(empty());
      else wrong.setExpectedAny(empty());
      return status('ALREADY_EXISTS', 'WrongExpectedVersion', { name: 'WrongExpectedVersion', bytes: wrong.serializeBinary() });
    }
    case 'deleted': {
      const deleted = new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(stream));
      return status('FAILED_PRECONDITION', 'StreamDeleted', { name: 'StreamDeleted', bytes: deleted.serializeBinary() });
    }
    case 'too-large': {
      const large = new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(node.appendBytesMax);
      return status('INVALID_ARGUMENT', 'MaximumAppendSizeExceeded', { name: 'MaximumAppendSizeExceeded', bytes: large.serializeBinary() });
    }
    case 'timeout':
      return status('DEADLINE_EXCEEDED', 'Timeout', { name: 'Timeout', bytes: new sharedPb.Timeout().serializeBinary() });
    default:
      return status('INVALID_ARGUMENT', 'BadRequest', { name: 'BadRequest', bytes: new sharedPb.BadRequest().serializeBinary() });
  }
}

function status(code: keyof typeof codePb.Code, message: string, { name, bytes }: { name: string; bytes: Uint8Array }): Status {
  const details = new anyPb.Any();
  details.pack(bytes, `event_store.client.${name}`);
  return new statusPb.Status().setCode(codePb.Code[code]).setMessage(message).setDetails(details);
}
