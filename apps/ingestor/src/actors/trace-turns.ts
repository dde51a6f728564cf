/** The spans of a shard's thread: `decide` and `append` of the commands that are traced, as children of their `queue consume`. */
import type { TurnWatch, Watched } from '#actors';
import type { CommandEnvelope } from '#contracts';
// Not by `#platform`, which loads Nest.
import { openTracer, type Span, type SpanAttributes, type TraceSettings } from '../../../../libs/platform/src/tracing.js';

/** Undefined where tracing is off. The thread exports its spans itself. */
export async function openTurnWatch(settings: TraceSettings | undefined, service: string): Promise<TurnWatch | undefined> {
  const tracer = await openTracer(settings, service);
  if (!tracer) return undefined;
  const begin = (name: string, { type, stream, traceparent }: CommandEnvelope, attributes: SpanAttributes = {}): Watched =>
    watched(
      tracer.start(name, { parent: traceparent, attributes: { 'thingsio.command': type, 'thingsio.stream': stream, ...attributes } }),
      traceparent!,
    );
  return {
    deciding: (envelope) => begin('decide', envelope),
    appending: (envelope, { commands, events }) =>
      begin('append', envelope, { 'thingsio.append.commands': commands, 'thingsio.append.events': events }),
    close: () => tracer.close(),
  };
}

/** Where this trace is not recorded here, what follows names the parent instead. */
function watched(span: Span | undefined, parent: string): Watched {
  return { traceparent: span?.traceparent ?? parent, end: (failure) => span?.end(failure) };
}
