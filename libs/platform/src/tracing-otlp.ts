/** The tracer that exports by OTLP over HTTP: OpenTelemetry's SDK behind the few words of `tracing.ts`. */
import {
  ROOT_CONTEXT,
  SpanKind as OtelKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Context,
  type Link,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  LINKS_MAX,
  readTraceparent,
  type Span,
  type SpanAttributes,
  type SpanKind,
  type SpanOptions,
  type Tracer,
  type TraceSettings,
  writeTraceparent,
} from './tracing-span.js';

/** A collector that does not answer must hold up neither the next batch nor a stop. */
const EXPORT_WITHIN_MS = 3_000;
const CLOSE_WITHIN_MS = 4_000;
/** Spans held for the next export; what is beyond is dropped, since a trace is worth less than a reading. */
const SPANS_HELD_MAX = 16_384;
const SPANS_PER_EXPORT_MAX = 1_024;
const EXPORT_EVERY_MS = 1_000;

const KINDS: Record<SpanKind, OtelKind> = {
  server: OtelKind.SERVER,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
  internal: OtelKind.INTERNAL,
};

export function startOtlpTracer({ endpoint, ratio }: TraceSettings, service: string): Tracer {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, timeoutMillis: EXPORT_WITHIN_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.namespace': 'thingsio', 'service.name': service, 'process.pid': process.pid }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanLimits: { linkCountLimit: LINKS_MAX },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: SPANS_HELD_MAX,
        maxExportBatchSize: SPANS_PER_EXPORT_MAX,
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_WITHIN_MS,
      }),
    ],
  });
  const tracer = provider.getTracer('thingsio');
  return {
    start(name, { kind = 'internal', parent, links = [], attributes, startedAt }: SpanOptions = {}) {
      const options = {
        kind: KINDS[kind],
        attributes,
        links: links.flatMap(linkTo),
        ...(startedAt !== undefined && { startTime: startedAt }),
      };
      const span = tracer.startSpan(name, options, contextOf(parent));
      return span.isRecording() ? new RecordingSpan(span) : undefined;
    },
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_WITHIN_MS)));
      // What could not be exported is lost, and nobody waits for it.
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}

class RecordingSpan implements Span {
  constructor(private readonly span: OtelSpan) {}

  get traceparent(): string {
    const { traceId, spanId } = this.span.spanContext();
    return writeTraceparent({ traceId, spanId, sampled: true });
  }

  set(attributes: SpanAttributes): void {
    this.span.setAttributes(attributes);
  }

  end(failure?: string, at?: number): void {
    if (failure !== undefined) this.span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
    this.span.end(at);
  }
}

function contextOf(traceparent: string | undefined): Context {
  const parent = remote(traceparent);
  return parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT;
}

function linkTo(traceparent: string): Link[] {
  const context = remote(traceparent);
  return context ? [{ context }] : [];
}

function remote(traceparent: string | undefined) {
  const found = readTraceparent(traceparent);
  if (!found) return undefined;
  const { traceId, spanId, sampled } = found;
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}
