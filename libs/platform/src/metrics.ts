/** What Prometheus reads: a registry with Node's own figures, and the plain counts of the adapters under names as Prometheus has them. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** All metrics of thingsIO begin so. */
export const METRICS_PREFIX = 'thingsio_';

/** A registry with the default metrics of the process (memory, event loop, garbage collection). */
export function createMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: METRICS_PREFIX });
  return registry;
}

/** What stands at a value now rather than rising since the start, by the words that adapters use. */
const STATES = /(^|[a-z])(Connected|Blocked|Open|Held|Owned|Waiting|Pending|Unconfirmed|InFlight|Depth|Queued|Size|Now|Members|Lag)$/i;

/**
 * Shows plain counts, as `figures()` of an adapter gives them, one metric a member: `reconnects` of `rabbitmq` becomes the counter
 * `thingsio_rabbitmq_reconnects_total`, `inFlight` the gauge `thingsio_rabbitmq_in_flight`, and `waitedMs` is told in seconds. The members
 * are those that `read` gives at the first call. `gauges` names members that the words above do not tell from counters.
 */
export function addFigures(
  registry: Registry,
  prefix: string,
  help: string,
  read: () => Record<string, number>,
  gauges: readonly string[] = [],
): void {
  for (const member of Object.keys(read())) {
    const isGauge = gauges.includes(member) || STATES.test(member);
    const { words, factor } = unitOf(member);
    const name = `${METRICS_PREFIX}${prefix}_${snake(words)}`;
    const options = { name: isGauge ? name : `${name}_total`, help: `${help}: ${spaced(member)}.`, registers: [registry] };
    const value = (): number => (read()[member] ?? 0) * factor;
    if (isGauge) {
      new Gauge({
        ...options,
        collect() {
          this.set(value());
        },
      });
    } else {
      new Counter({
        ...options,
        collect() {
          this.reset();
          this.inc(Math.max(0, value()));
        },
      });
    }
  }
}

/** Base units: Prometheus counts seconds, whatever an adapter counts. */
function unitOf(member: string): { words: string; factor: number } {
  return member.endsWith('Ms') ? { words: `${member.slice(0, -2)}Seconds`, factor: 0.001 } : { words: member, factor: 1 };
}

const spaced = (member: string): string => snake(member).replaceAll('_', ' ');
const snake = (member: string): string => member.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
