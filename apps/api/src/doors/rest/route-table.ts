/** Which methods each path takes, so that an unknown route is told apart from a wrong method (404 and 405). */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { problem } from '#contracts';
import { replyWithProblem } from './problem-reply.js';

interface Row {
  segments: string[];
  methods: Set<string>;
}

export class RouteTable {
  private readonly rows = new Map<string, Row>();

  /** Collects the routes as they are registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ url, method }) => {
      if (!url.includes('*')) for (const one of [method].flat()) this.add(url, one);
    });
  }

  add(url: string, method: string): void {
    const shape = url.replace(/:[^/]+/g, ':');
    const row = this.rows.get(shape) ?? { segments: shape.split('/'), methods: new Set<string>() };
    row.methods.add(method);
    this.rows.set(shape, row);
  }

  methodsOf(path: string): string[] {
    const segments = path.split('/');
    const fits = (row: Row) =>
      row.segments.length === segments.length && row.segments.every((it, at) => it === segments[at] || (it === ':' && segments[at] !== ''));
    return [...new Set([...this.rows.values()].filter(fits).flatMap((row) => [...row.methods]))].sort();
  }

  replyUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = request.url.split('?')[0]!;
    const methods = this.methodsOf(path);
    // A route that takes the method and was not found all the same: a name longer than any in it.
    if (methods.length === 0 || methods.includes(request.method))
      return replyWithProblem(reply, request, problem('route.not-found', `There is no ${path}.`));
    const allow = { allow: methods.join(', ') };
    if (request.method === 'OPTIONS') return reply.code(204).headers(allow).send();
    return replyWithProblem(reply, request, problem('route.method-not-allowed', `${path} does not take ${request.method}.`), allow);
  }
}
