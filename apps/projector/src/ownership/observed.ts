/** Whether something still changes, by our own clock alone: what others wrote of their clocks is never compared with ours. */
export class Observed {
  private readonly seen = new Map<string, { value: string; at: number }>();

  /** For how many ms this value has been the same, since we first saw it. */
  unchangedMs(name: string, value: string, now: number): number {
    const known = this.seen.get(name);
    if (known?.value === value) return now - known.at;
    this.seen.set(name, { value, at: now });
    return 0;
  }

  forget(name: string): void {
    this.seen.delete(name);
  }
}
