/** What Linux says a process has in memory. */
import { readFileSync } from 'node:fs';

/** Bytes: `VmRSS` now, `VmHWM` at most since its start or since that was last cleared. Throws where there is no such process. */
export function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const found = new RegExp(`^${what}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) * 1024;
}
