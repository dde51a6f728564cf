/** Admission for Nest routes: every route says what it needs, or that it is open; one that says nothing is closed. */
import { type CanActivate, createParamDecorator, type ExecutionContext, Inject, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Admission, type Needs } from './admission.js';
import type { Credential } from './credentials.js';

const NEEDS = 'thingsio:needs';

export const Needing = (scope: Needs['scope'], reach?: Needs['reach']): MethodDecorator =>
  SetMetadata(NEEDS, { scope, reach } satisfies Needs);
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(NEEDS, 'open');

/** Who asks, in a handler's parameters. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext): Credential => {
  return context.switchToHttp().getRequest<FastifyRequest>().credential!;
});

@Injectable()
export class AdmissionGuard implements CanActivate {
  constructor(
    @Inject(Admission) private readonly admission: Admission,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needs = this.reflector.getAllAndOverride<Needs | 'open' | undefined>(NEEDS, [context.getHandler(), context.getClass()]);
    if (needs === 'open') return true;
    if (!needs) throw new Error(`${context.getClass().name}.${context.getHandler().name} does not say what it needs`);
    const http = context.switchToHttp();
    await this.admission.admit(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), needs);
    return true;
  }
}
