/** What Nest routes throw, as problem+json; a route Nest does not know is answered like any unknown route. */
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../../tokens.js';
import type { RouteTable } from './route-table.js';
import { replyWithFailure } from './problem-reply.js';

@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly log: Log,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const [request, reply] = [http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>()];
    if (error instanceof NotFoundException) this.routes.replyUnknown(request, reply);
    else replyWithFailure(error instanceof HttpException ? withStatus(error) : error, request, reply, this.log);
  }
}

function withStatus(error: HttpException): Error & { statusCode: number } {
  return Object.assign(new Error(error.message), { statusCode: error.getStatus() });
}
