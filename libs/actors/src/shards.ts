/** Which thread an entity lives on: 256 virtual shards, dealt by a table, so that another number of threads moves whole shards. */

export const SHARD_COUNT = 256;

/** FNV-1a over the stream's name, folded to a byte. */
export function shardOf(stream: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < stream.length; i++) hash = Math.imul(hash ^ stream.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 8) ^ (hash >>> 16) ^ (hash >>> 24)) & 0xff;
}

/** The worker of each shard. */
export function dealShards(workers: number): Uint8Array {
  return Uint8Array.from({ length: SHARD_COUNT }, (_, shard) => shard % workers);
}
