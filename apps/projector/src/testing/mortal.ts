/** What a process has its stores by, for tests that freeze the process or kill it: a frozen call goes on later, one of a killed process never. */
import type { SeriesGenerations, SeriesStore, ViewStore, ViewTransaction } from '#ports';

export interface Mortal {
  views: ViewStore;
  series: SeriesGenerations;
  freeze(): void;
  thaw(): void;
  kill(): void;
  /** Calls of a killed process fail from now on rather than never end, so that what is left of it can be cleared away. */
  bury(): void;
}

export function mortal({ views, series }: { views: ViewStore; series: SeriesGenerations }): Mortal {
  let killed = false;
  let bury = (): void => undefined;
  const buried = new Promise<never>((_, reject) => (bury = () => reject(new Error('the process is gone'))));
  buried.catch(() => undefined);
  let frozen: { until: Promise<void>; end(): void } | undefined;
  /** Before and after each call: an answer may be on its way, too. */
  const alive = async (): Promise<void> => {
    while (frozen) await frozen.until;
    if (killed) await buried;
  };
  const living =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await alive();
      const result = await call(...args);
      await alive();
      return result;
    };
  const wrapped = <T extends object>(target: T, more: Partial<Record<keyof T, unknown>> = {}): T =>
    new Proxy(target, {
      get(_, name) {
        if (name in more) return more[name as keyof T];
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === 'function' ? living((member as (...args: unknown[]) => Promise<unknown>).bind(target)) : member;
      },
    });
  // To close it asks nothing of anyone: what is left of a killed process can be stopped.
  const open = (store: SeriesStore): SeriesStore => wrapped(store, { close: () => store.close() });
  return {
    views: wrapped(views, {
      // A transaction is never left open: the database ends those of a process that is gone.
      write: living((work: (tx: ViewTransaction) => Promise<unknown>) =>
        views.write(async (tx) => {
          if (killed) throw new Error('the process is gone');
          const result = await work(tx);
          if (killed) throw new Error('the process is gone');
          return result;
        }),
      ),
    }),
    series: wrapped(series, { open: living(async (generation: number) => open(await series.open(generation))) }),
    freeze() {
      if (frozen) return;
      let end = (): void => undefined;
      const until = new Promise<void>((resolve) => (end = resolve));
      frozen = { until, end };
    },
    thaw() {
      const { end } = frozen ?? {};
      frozen = undefined;
      end?.();
    },
    kill() {
      killed = true;
      this.thaw();
    },
    bury: () => bury(),
  };
}
