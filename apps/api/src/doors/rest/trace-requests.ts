/** A span a request, from the first byte in to the last byte out, where tracing is on: where it is off, no request passes through here. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { currentSpan, type Span, type Tracer } from '#platform';

/** Asked every few seconds by machines: nobody looks for these in a trace. */
const UNTRACED = /^\/(health\/|metrics$)/;

/** Before any route is registered. What a request does then finds its span in `currentSpan`. */
export function traceRequests(fastify: FastifyInstance, tracer: Tracer): void {
  const spans = new WeakMap<FastifyRequest, Span>();
  fastify.addHook('onRequest', (request, _reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const span = UNTRACED.test(route) ? undefined : tracer.start(`${request.method} ${route}`, optionsOf(request, route));
    if (span) spans.set(request, span);
    done();
  });
  // Not in onRequest: what reads the body would lose it.
  fastify.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span) currentSpan.run(span, done);
    else done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    endSpan(spans.get(request), reply);
    done();
  });
}

function optionsOf({ id, method, url, headers }: FastifyRequest, route: string) {
  const attributes = {
    'http.request.method': method,
    'http.route': route,
    'url.path': url.split('?')[0]!,
    'thingsio.correlation_id': id,
  };
  const { traceparent: parent } = headers;
  return { kind: 'server', attributes, ...(typeof parent === 'string' && { parent }) } as const;
}

function endSpan(span: Span | undefined, { statusCode }: FastifyReply): void {
  span?.set({ 'http.response.status_code': statusCode });
  // What the client did wrong is no failure of ours.
  span?.end(statusCode >= 500 ? `answered ${statusCode}` : undefined);
}
