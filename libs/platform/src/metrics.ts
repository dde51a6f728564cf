/** What Prometheus reads: a registry with Node's own figures, and the plain counts of the adapters under names as Prometheus has them. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** All metrics of thingsIO begin so. */
export const METRICS_PREFIX = 'thingsio_';

/** A registry with the default metrics of the process (memory, event loop, garbage collection). */
export function createMetrics(): Registry {
  const registry = new ScrapedRegistry();
  collectDefaultMetrics({ register: registry, prefix: METRICS_PREFIX });
  return registry;
}

/** What stands at a value now, by the words that adapters use for it; everything else is counted since the start, and only rises. */
const STATES =
  /^(in_flight|pending|open|held|owned|buffered)(_|$)|(^|_)(connected|blocked|connections|idle|waiting|depth|followers|members|partitions|replicas|suspects|kept|under_way|position|budgets)$/;

/**
 * Shows plain counts, as `figures()` of an adapter gives them, one metric a member: `reconnects` of `view_store` becomes the counter
 * `thingsio_view_store_reconnects_total`, `inFlightBytes` the gauge `thingsio_view_store_in_flight_bytes`, and `waitedMs` is told in seconds.
 * Members that `read` gives only later are shown from then on, where the registry is one of `createMetrics`. `gauges` names those that the
 * words above do not tell from counters.
 */
export function addFigures(
  registry: Registry,
  prefix: string,
  help: string,
  read: () => Record<string, number>,
  gauges: readonly string[] = [],
): void {
  const shown = new Set<string>();
  const showNew = (): void => {
    for (const member of Object.keys(read())) {
      if (shown.has(member)) continue;
      shown.add(member);
      addFigure(
        registry,
        { prefix, help, member, isGauge: gauges.includes(member) || STATES.test(snake(member)) },
        () => read()[member] ?? 0,
      );
    }
  };
  showNew();
  if (registry instanceof ScrapedRegistry) registry.beforeScrape.push(showNew);
}

interface Figure {
  prefix: string;
  help: string;
  member: string;
  isGauge: boolean;
}

function addFigure(registry: Registry, { prefix, help, member, isGauge }: Figure, read: () => number): void {
  const { words, factor } = unitOf(member);
  const name = `${METRICS_PREFIX}${prefix}_${snake(words)}`;
  const options = { help: `${help}: ${snake(member).replaceAll('_', ' ')}.`, registers: [registry] };
  if (isGauge) {
    new Gauge({
      ...options,
      name,
      collect() {
        this.set(read() * factor);
      },
    });
  } else {
    new Counter({
      ...options,
      name: `${name}_total`,
      collect() {
        this.reset();
        this.inc(Math.max(0, read() * factor));
      },
    });
  }
}

/** Base units: Prometheus counts seconds, whatever an adapter counts. */
function unitOf(member: string): { words: string; factor: number } {
  return /(Ms|_ms)$/.test(member) ? { words: `${member.replace(/_?[mM]s$/, '')}Seconds`, factor: 0.001 } : { words: member, factor: 1 };
}

const snake = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');

class ScrapedRegistry extends Registry {
  readonly beforeScrape: (() => void)[] = [];

  override metrics(): Promise<string> {
    for (const look of this.beforeScrape) look();
    return super.metrics();
  }
}
