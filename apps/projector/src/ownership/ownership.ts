/** Who works on which parts of the projections. */

/** What is told to take parts and to give them up. */
export interface PartHost {
  /** Where it fails they are not ours. */
  take(parts: readonly number[]): Promise<void>;
  /** Resolves when nothing of these parts is in hand any more. */
  giveUp(parts: readonly number[]): Promise<void>;
}

export interface Ownership {
  /** Whether the part is ours, as far as can be told without asking: a process that was frozen may learn late that it is not. */
  holds(part: number): boolean;
  /** By part, who holds it now; a part that changed hands has another value. */
  holders(): Promise<ReadonlyMap<number, string>>;
  /** As `holders` says it of us. */
  mark(part: number): string | undefined;
  /** Gives up all parts, so that others can take them at once. */
  close(): Promise<void>;
}

/** Resolves when the first parts are taken, where there are any for us. */
export type OpenOwnership = (host: PartHost, parts: number) => Promise<Ownership>;

/** One process that has nobody to share with. */
export function ownAll(): OpenOwnership {
  return async (host, parts) => {
    const all = Array.from({ length: parts }, (_, part) => part);
    await host.take(all);
    return {
      holds: () => true,
      holders: () => Promise.resolve(new Map(all.map((part) => [part, 'alone']))),
      mark: () => 'alone',
      close: () => host.giveUp(all),
    };
  };
}
