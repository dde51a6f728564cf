/** What can go wrong with the stand-in, on request. Counted faults end by themselves; the others last until they are cleared. */

export interface FaultSettings {
  /** So many of the next appends are made durable and never answered. */
  loseAnswers: number;
  /** So many of the next appends are answered with an error the server has when it gave up waiting, though they are durable. */
  timeOutAppends: number;
  /** The process dies at the next append: in the middle of writing it, or when it is durable and not yet answered. */
  killAtAppend: 'before-durable' | 'after-durable' | undefined;
  /** Pause before each append, read or page of a subscription. */
  slowMs: number;
  /** The leader is said to be elsewhere: every append is refused. */
  notLeader: { host: string; port: number } | undefined;
  /** Every call is refused as by a server that has only begun to start. */
  notReady: boolean;
}

export const NO_FAULTS: FaultSettings = {
  loseAnswers: 0,
  timeOutAppends: 0,
  killAtAppend: undefined,
  slowMs: 0,
  notLeader: undefined,
  notReady: false,
};

/** How to ask for them, in this process or another. */
export interface Faults {
  set(faults: Partial<FaultSettings>): Promise<void>;
  /** No faults any more. */
  clear(): Promise<void>;
  /** Ends every subscription with an error, as for a consumer that is too slow. Resolves to how many there were. */
  dropSubscriptions(): Promise<number>;
  /** Ends every stream of appends with a transport error, answers outstanding or not. Resolves to how many there were. */
  breakAppendStreams(): Promise<number>;
  /** Counts of calls and events since the start. */
  figures(): Promise<Record<string, number>>;
}
