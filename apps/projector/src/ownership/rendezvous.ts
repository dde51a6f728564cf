/** Who of several should have a part: everyone who knows the same members comes to the same answer, and when one comes or goes only its share
 *  changes hands. */
import { hashOfStream } from '#contracts';

export function rendezvous(members: readonly string[], part: number): string | undefined {
  let best: string | undefined;
  let highest = -1;
  for (const member of members) {
    const weight = hashOfStream(`${member}/${part}`);
    if (weight > highest || (weight === highest && member < best!)) [best, highest] = [member, weight];
  }
  return best;
}
