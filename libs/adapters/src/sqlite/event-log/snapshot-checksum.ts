/** What tells a damaged snapshot from a good one. */
import { hash } from 'node:crypto';
import type { Snapshot } from '#ports';

/** SHA-256 of all of it. The state may hold anything; the separators keep the rest apart. */
export function checksumOf({ stream, revision, snapshotVersion, state }: Snapshot): Buffer {
  return hash('sha256', `${stream}\n${revision}\n${snapshotVersion}\n${state}`, 'buffer');
}
