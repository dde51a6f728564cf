/** What a browser may load and run on our pages: our own things, and the tile server where one is set. */
import type { FastifyInstance } from 'fastify';

const policyOf = (parts: Record<string, string>): string =>
  Object.entries(parts)
    .map(([name, sources]) => `${name} ${sources}`)
    .join('; ');

const BASE = {
  'default-src': "'self'",
  'script-src': "'self'",
  // Component libraries write style elements at run time; no script can come in this way.
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data: blob:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
  'worker-src': "'self' blob:",
  'object-src': "'none'",
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
};

export const DOCS_POLICY = policyOf(BASE);

export function pagePolicy(tileServer: string | undefined): string {
  const tiles = tileServer === undefined ? '' : ` ${originOf(tileServer)}`;
  return policyOf({ ...BASE, 'img-src': BASE['img-src'] + tiles });
}

/** `https://{s}.tile.example/{z}/{x}/{y}.png` may be asked as `https://*.tile.example`. */
export function originOf(template: string): string {
  return template.replace(/\{s\}/g, '*').replace(/^(https?:\/\/[^/]+).*$/, '$1');
}

/** On every answer, whatever door it leaves by. */
export function addSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    if (String(reply.getHeader('content-type')).startsWith('text/html')) {
      reply.header('referrer-policy', 'same-origin').header('x-frame-options', 'DENY').header('cross-origin-opener-policy', 'same-origin');
    }
    done();
  });
}
