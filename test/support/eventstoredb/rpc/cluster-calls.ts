/** What the client asks before anything else: which methods there are, and who is in the cluster. */
import type { handleUnaryCall } from '@grpc/grpc-js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import featuresPb from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import { uuidOf } from './messages.js';
import type { Node } from './node.js';
import { notReady } from './rpc-errors.js';

/** The version whose rules the stand-in follows. */
export const VERSION = '24.10.0';
const STREAMS = 'event_store.client.streams.streams';
const METHODS: [service: string, method: string, ...features: string[]][] = [
  [STREAMS, 'read', 'position', 'events'],
  [STREAMS, 'append'],
  [STREAMS, 'delete'],
  [STREAMS, 'tombstone'],
  [STREAMS, 'batchappend', 'deadline_duration'],
  ['event_store.client.gossip.gossip', 'read'],
  ['event_store.client.server_features.serverfeatures', 'getsupportedmethods'],
];

export function supportedMethodsCall(node: Node): handleUnaryCall<Empty, SupportedMethods> {
  return (_call, answer) => {
    if (node.faults.notReady) return answer(notReady());
    const methods = METHODS.map(([service, method, ...features]) =>
      new featuresPb.SupportedMethod().setServiceName(service).setMethodName(method).setFeaturesList(features),
    );
    answer(null, new featuresPb.SupportedMethods().setEventStoreServerVersion(VERSION).setMethodsList(methods));
  };
}

export function gossipCall(node: Node): handleUnaryCall<Empty, ClusterInfo> {
  return (_call, answer) => {
    const { VNodeState } = gossipPb.MemberInfo;
    const member = (
      endpoint: { host: string; port: number },
      state: keyof typeof VNodeState,
      id: string,
    ): InstanceType<typeof gossipPb.MemberInfo> =>
      new gossipPb.MemberInfo()
        .setInstanceId(uuidOf(id))
        .setTimeStamp(String(node.now()))
        .setState(VNodeState[state])
        .setIsAlive(true)
        .setHttpEndPoint(new gossipPb.EndPoint().setAddress(endpoint.host).setPort(endpoint.port));
    const { notLeader } = node.faults;
    const members = [member(node.endpoint, notLeader ? 'FOLLOWER' : 'LEADER', node.instanceId)];
    if (notLeader) members.push(member(notLeader, 'LEADER', '00000000-0000-4000-8000-000000000000'));
    answer(null, new gossipPb.ClusterInfo().setMembersList(members));
  };
}
