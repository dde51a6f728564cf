/** Asks for the newest only: one request is under way, what came meanwhile is asked for next but for the last left out. */

export interface OneAtATime<Asked> {
  ask: (asked: Asked) => void;
  stop: () => void;
}

export interface Heard<Asked, Answer> {
  run: (asked: Asked, signal: AbortSignal) => Promise<Answer>;
  answered: (answer: Answer, asked: Asked) => void;
  failed: (error: unknown, asked: Asked) => void;
  /** Resolves when the next may be asked: other work gets its turn. */
  pause: () => Promise<void>;
}

export function oneAtATime<Asked, Answer>({ run, answered, failed, pause }: Heard<Asked, Answer>): OneAtATime<Asked> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let next: { asked: Asked } | undefined;
  let busy = false;
  const work = async (): Promise<void> => {
    busy = true;
    while (next && !signal.aborted) {
      const { asked } = next;
      next = undefined;
      await run(asked, signal).then(
        (answer) => !signal.aborted && answered(answer, asked),
        (error: unknown) => !signal.aborted && failed(error, asked),
      );
      await pause();
    }
    busy = false;
  };
  return {
    ask: (asked) => {
      next = { asked };
      if (!busy) void work();
    },
    stop: () => stopping.abort(),
  };
}
