/** Commands that were handed over again not long ago. The first copy of one may still come, from a connection that its sender gave up while the broker
 *  still read from it: then it is the later one that must be recognised. */
import type { CommandEnvelope } from '#contracts';

/** A minute of many; what is forgotten was a copy that came later than any buffer holds. */
const REMEMBERED_MAX = 10_000;

export class RecentlyRedelivered {
  private readonly identities = new Set<string>();

  /** Marks the command where another copy of it was here. */
  note(command: CommandEnvelope, identity: string): void {
    if (command.redelivered) this.remember(identity);
    else if (this.identities.size > 0 && this.identities.has(identity)) command.redelivered = true;
  }

  private remember(identity: string): void {
    this.identities.add(identity);
    if (this.identities.size <= REMEMBERED_MAX) return;
    const [oldest] = this.identities;
    this.identities.delete(oldest!);
  }
}
