/** Who of several should have which part: everyone who knows the same members comes to the same answer, nobody has more than a fair share, and
 *  when one comes or goes little else changes hands. */
import { hashOfStream } from '#contracts';

/** By part, its member. By weights, as rendezvous hashing has it, but whoever has a full share gets no more: the next best one does. */
export function rendezvous(members: readonly string[], parts: number): string[] {
  const shareMax = Math.ceil(parts / members.length);
  const shares = new Map<string, number>();
  return Array.from({ length: parts }, (_, part) => {
    const free = members.filter((member) => (shares.get(member) ?? 0) < shareMax);
    const best = free.reduce((best, member) => (isBefore(member, best, part) ? member : best));
    shares.set(best, (shares.get(best) ?? 0) + 1);
    return best;
  });
}

function isBefore(member: string, other: string, part: number): boolean {
  const [ours, theirs] = [hashOfStream(`${member}/${part}`), hashOfStream(`${other}/${part}`)];
  return ours > theirs || (ours === theirs && member < other);
}
