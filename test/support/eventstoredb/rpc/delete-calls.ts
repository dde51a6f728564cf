/** `Delete`, after which a stream may live again, and `Tombstone`, after which it never does. */
import type { handleUnaryCall, ServiceError } from '@grpc/grpc-js';
import type { StreamIdentifier } from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { DeleteReq, DeleteResp, TombstoneReq, TombstoneResp } from '@eventstore/db-client/generated/streams_pb.js';
import { expectedOf, nameOf } from './messages.js';
import { refusal } from './append-call.js';
import { invalidArgument, streamDeleted, wrongExpectedVersion } from './rpc-errors.js';
import { slowed, type Node } from './node.js';

interface Options {
  getStreamIdentifier(): StreamIdentifier | undefined;
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
  hasRevision(): boolean;
  getRevision(): string;
}

export function deleteCall(node: Node): handleUnaryCall<DeleteReq, DeleteResp> {
  return ({ request }, answer) => {
    remove(node, request.getOptions(), { hard: false }).then(
      (position) => {
        const at = new streamsPb.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
        answer(null, new streamsPb.DeleteResp().setPosition(at));
      },
      (error: ServiceError) => answer(error),
    );
  };
}

export function tombstoneCall(node: Node): handleUnaryCall<TombstoneReq, TombstoneResp> {
  return ({ request }, answer) => {
    remove(node, request.getOptions(), { hard: true }).then(
      (position) => {
        const at = new streamsPb.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position);
        answer(null, new streamsPb.TombstoneResp().setPosition(at));
      },
      (error: ServiceError) => answer(error),
    );
  };
}

async function remove(node: Node, options: Options | undefined, { hard }: { hard: boolean }): Promise<string> {
  const refused = refusal(node);
  if (refused) throw refused;
  await slowed(node);
  const expected =
    options &&
    expectedOf({
      hasAny: () => options.hasAny(),
      hasNoStream: () => options.hasNoStream(),
      hasStreamExists: () => options.hasStreamExists(),
      revision: () => (options.hasRevision() ? options.getRevision() : undefined),
    });
  if (!options || expected === undefined) throw invalidArgument('a delete needs an expected revision');
  const stream = nameOf(options.getStreamIdentifier());
  const outcome = await node.store.delete(stream, expected, { hard });
  if (outcome.written) return String(outcome.position);
  throw outcome.why === 'deleted' ? streamDeleted(stream) : wrongExpectedVersion(stream, expected, outcome.current);
}
