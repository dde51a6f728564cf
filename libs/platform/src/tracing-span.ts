/** The few words of tracing that everyone uses, and the context that travels: W3C `traceparent`. */

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
