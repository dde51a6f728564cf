/** The account of a device's readings: received = stored + duplicates + rejected. Folded from its events, for the views. */
import type { DeviceEvent } from '#contracts';
import { ReceivedSeqs, type FrozenSeqs } from './received-seqs.js';
import { seqOf } from './seq.js';

export interface Ledger {
  stored: number;
  duplicates: number;
  rejected: number;
  /** Stored readings older, by device time, than the latest stored before them. */
  late: number;
  latestTime: number | undefined;
  seqs: ReceivedSeqs;
}

export type FrozenLedger = Omit<Ledger, 'seqs' | 'latestTime'> & { latestTime: number | null; seqs: FrozenSeqs };

export function emptyLedger(): Ledger {
  return { stored: 0, duplicates: 0, rejected: 0, late: 0, latestTime: undefined, seqs: ReceivedSeqs.empty() };
}

/** Changes and returns `ledger`: an account is long, an event is one line of it. */
export function enterInLedger(ledger: Ledger, event: DeviceEvent): Ledger {
  switch (event.type) {
    case 'ReadingsReceived': {
      const { time, seq } = event.data;
      ledger.stored += time.length;
      let latest = ledger.latestTime ?? -Infinity;
      for (const t of time) {
        if (t < latest) ledger.late++;
        else latest = t;
      }
      ledger.latestTime = latest;
      for (const s of seq ?? []) if (s !== null) ledger.seqs.offer(seqOf(s));
      break;
    }
    case 'ReadingsRejected':
      ledger.rejected += event.data.readings.length;
      for (const { seq } of event.data.readings) if (seq !== undefined) ledger.seqs.offer(seqOf(seq));
      break;
    case 'DuplicatesDiscarded':
      ledger.duplicates += event.data.count;
      break;
  }
  return ledger;
}

export const receivedOf = ({ stored, duplicates, rejected }: Ledger): number => stored + duplicates + rejected;

export function freezeLedger({ latestTime, seqs, ...counts }: Ledger): FrozenLedger {
  return { ...counts, latestTime: latestTime ?? null, seqs: seqs.freeze() };
}

export function thawLedger({ latestTime, seqs, ...counts }: FrozenLedger): Ledger {
  return { ...counts, latestTime: latestTime ?? undefined, seqs: ReceivedSeqs.thaw(seqs) };
}
