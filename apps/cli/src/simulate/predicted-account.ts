/** What the ledger of a simulated device must say, computed from what was sent alone. */
import type { LedgerView } from '#contracts';
import type { Tally } from '../client/closing-account.js';
import type { Emission } from './faults.js';

export class PredictedAccount {
  private sent = 0;
  private copies = 0;
  private invalid = 0;
  private highestSeq: number;

  /** `firstSeq` follows the highest that the device sent before this run. */
  constructor(private readonly firstSeq: number) {
    this.highestSeq = firstSeq - 1;
  }

  note({ reading, copy, invalid }: Emission): void {
    this.sent++;
    if (copy) this.copies++;
    else if (invalid) this.invalid++;
    if (reading.seq > this.highestSeq) this.highestSeq = reading.seq;
  }

  /** A copy is a duplicate whichever of the two arrives first; a refused reading is received, so it is not missing. */
  get tally(): Tally {
    const distinct = this.sent - this.copies;
    return {
      sent: this.sent,
      stored: distinct - this.invalid,
      duplicates: this.copies,
      rejected: this.invalid,
      missing: this.highestSeq - this.firstSeq + 1 - distinct,
    };
  }
}

/** A simulated device counts from 1 and every reading has a number, so its ledger tells where it stopped. */
export function nextSeqAfter(ledger: LedgerView): number {
  return 1 + ledger.stored + ledger.rejected + ledger.missing.count;
}
