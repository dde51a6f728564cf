/** Traces from the door to the dashboard: spans that follow a request through queue, log and projections, exported by OTLP. Where tracing
 *  is off there is no tracer at all, and nobody on the way of a reading does anything for it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Settings } from './settings.js';

/** Plain data: also what another thread starts its own tracer from. */
export interface TraceSettings {
  /** Of an OTLP collector over HTTP: `http://collector:4318`; the path `/v1/traces` is added. */
  endpoint: string;
  /** Share of the requests without a trace of their own that are traced. */
  ratio: number;
}

export type SpanKind = 'server' | 'producer' | 'consumer' | 'internal';
export type SpanAttributes = Record<string, string | number | boolean>;

export interface SpanOptions {
  kind?: SpanKind;
  /** `traceparent` of what it follows from; a trace of its own where absent or not readable. */
  parent?: string | undefined;
  /** `traceparent` of what it also follows from. */
  links?: readonly string[];
  attributes?: SpanAttributes;
  /** ms since epoch; now where absent. */
  startedAt?: number;
}

export interface Span {
  /** W3C: what a follower names as its parent. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** Once. `failure` marks it as failed; `at` is ms since epoch, now where absent. */
  end(failure?: string, at?: number): void;
}

export interface Tracer {
  /** Undefined where this trace is not to be recorded: then nothing that follows from it is. */
  start(name: string, options?: SpanOptions): Span | undefined;
  /** Exports what has ended; waits a few seconds at most. */
  close(): Promise<void>;
}

/** More links than these tell nobody more. */
export const LINKS_MAX = 64;

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

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

export interface TraceContext {
  traceId: string;
  spanId: string;
  sampled: boolean;
}

/** Undefined where it is not what W3C Trace Context says. */
export function readTraceparent(text: unknown): TraceContext | undefined {
  const found = typeof text === 'string' ? TRACEPARENT.exec(text) : null;
  if (!found) return undefined;
  const [, traceId, spanId, flags] = found;
  return { traceId: traceId!, spanId: spanId!, sampled: (Number.parseInt(flags!, 16) & 1) === 1 };
}

export const writeTraceparent = ({ traceId, spanId, sampled }: TraceContext): string => `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;

/** What a batch follows from: where all of it is of one trace it goes on there, else it begins one of its own, with links. */
export function parentAndLinks(traceparents: readonly (string | undefined)[]): Pick<SpanOptions, 'parent' | 'links'> | undefined {
  const present = traceparents.filter((it) => it !== undefined);
  if (present.length === 0) return undefined;
  const links = [...new Set(present)].slice(0, LINKS_MAX);
  const traceIds = new Set(links.map((it) => readTraceparent(it)?.traceId));
  return traceIds.size === 1 ? { parent: links[0], links: links.slice(1) } : { links };
}
