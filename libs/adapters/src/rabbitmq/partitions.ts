/** Who owns which partition: rendezvous hashing, so that a member that comes or goes moves its own share and nothing else. Pure. */
import { hashOfStream } from '#contracts';

/** The member that all who know the same members agree on. */
export function ownerOf(partition: number, members: Iterable<string>): string | undefined {
  let owner: string | undefined;
  let highest = -1;
  for (const member of members) {
    const weight = hashOfStream(`${member} ${partition}`);
    if (weight > highest || (weight === highest && member > owner!)) {
      highest = weight;
      owner = member;
    }
  }
  return owner;
}

export function partitionsOf(member: string, members: Iterable<string>, partitions: number): Set<number> {
  const all = [...members];
  const owned = new Set<number>();
  for (let partition = 0; partition < partitions; partition++) if (ownerOf(partition, all) === member) owned.add(partition);
  return owned;
}
