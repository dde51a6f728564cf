/** Traces from the door to the dashboard: spans that follow a request through queue, log and projections, exported by OTLP. Where tracing
 *  is off there is no tracer at all, and nobody on the way of a reading does anything for it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Settings } from './settings.js';
import { LINKS_MAX, readTraceparent, type Span, type SpanOptions, type Tracer, type TraceSettings } from './tracing-span.js';

export * from './tracing-span.js';

/** The request that this code works for, where requests are traced. */
export const currentSpan = new AsyncLocalStorage<Span>();

/** Undefined where tracing is off. */
export function traceSettingsOf({ otlpEndpoint, traceRatio }: Pick<Settings, 'otlpEndpoint' | 'traceRatio'>): TraceSettings | undefined {
  return otlpEndpoint === undefined ? undefined : { endpoint: otlpEndpoint, ratio: traceRatio };
}

/** `service` names the process to whoever looks at the trace. The libraries are only loaded where they are needed. */
export async function openTracer(settings: TraceSettings | undefined, service: string): Promise<Tracer | undefined> {
  if (settings === undefined) return undefined;
  const { startOtlpTracer } = await import('./tracing-otlp.js');
  return startOtlpTracer(settings, service);
}

/** What a batch follows from: where all of it is of one trace it goes on there, else it begins one of its own, with links. */
export function parentAndLinks(traceparents: readonly (string | undefined)[]): Pick<SpanOptions, 'parent' | 'links'> | undefined {
  const present = traceparents.filter((it) => it !== undefined);
  if (present.length === 0) return undefined;
  const links = [...new Set(present)].slice(0, LINKS_MAX);
  const traceIds = new Set(links.map((it) => readTraceparent(it)?.traceId));
  return traceIds.size === 1 ? { parent: links[0], links: links.slice(1) } : { links };
}
