/** Serves the built dashboard: its files, and its one page for every path that a person may open. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouteTable } from '../rest/route-table.js';
import { pagePolicy } from './security-headers.js';

/** `dist/dashboard`, seen from `dist/apps/api/src/doors/dashboard`. */
export const BUILT_DASHBOARD = fileURLToPath(new URL('../../../../../dashboard', import.meta.url));

/** Paths of the api, which a page never stands at. */
const NOT_PAGES = /^\/(api|health|metrics|docs|socket\.io|write|update|channels)(\/|$)/;

export function openDashboardDoor(
  fastify: FastifyInstance,
  { dir, tileServer, routes }: { dir: string; tileServer: string | undefined; routes: RouteTable },
): void {
  const policy = pagePolicy(tileServer);
  fastify.register(fastifyStatic, {
    root: dir,
    serve: false,
    index: false,
    cacheControl: false,
    // The build lays a .gz beside each file that gains by it.
    preCompressed: true,
    // Built files carry a hash of their content in their names; the page that names them must be asked for every time.
    setHeaders(reply, path) {
      reply.header('cache-control', /[/\\]assets[/\\]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (/\.html(\.gz)?$/.test(path)) reply.header('content-security-policy', policy);
    },
  });
  fastify.get('/*', { exposeHeadRoute: true }, (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathIn(request.url);
    if (path === undefined || NOT_PAGES.test(path)) return routes.replyUnknown(request, reply);
    if (path !== '/' && existsSync(`${dir}${path}`) && /\.\w+$/.test(path)) return reply.sendFile(path.slice(1));
    // Who asks for the root by hand names no type.
    const wantsPage = path === '/' || (request.headers.accept ?? '').includes('text/html');
    if (!wantsPage || !existsSync(`${dir}/index.html`)) return routes.replyUnknown(request, reply);
    return reply.sendFile('index.html');
  });
}

/** Undefined for a path that would leave the folder. */
function pathIn(url: string): string | undefined {
  try {
    const path = decodeURIComponent(url.split('?')[0]!);
    return path.includes('..') || path.includes('\0') || path.includes('\\') ? undefined : path;
  } catch {
    return undefined;
  }
}
