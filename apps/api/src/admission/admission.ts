/** Lets a request in: who asks, whether they may, and how much. The first thing that happens at every door. */
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '#contracts';
import { RateLimiter } from '#ports';
import { refuse } from '../doors/rest/problem-error.js';
import { type ApiSettings, CLOCK, type Clock, SETTINGS } from '../tokens.js';
import { type Credential, hashOver, isFromOtherSite, shownBy } from './credentials.js';
import { KeyRing } from './key-ring.js';
import { type Budget, RateLimits } from './rate-limits.js';

declare module 'fastify' {
  interface FastifyRequest {
    credential?: Credential;
    budget?: Budget;
  }
}

/** `device` is what the route names; `account` concerns more than one device, which a bound key may not. */
export interface Needs {
  scope: Scope | 'none';
  /** Counts against the readings budget. */
  readings?: boolean;
  reach?: 'device' | 'account';
}

@Injectable()
export class Admission {
  readonly limits: RateLimits;

  constructor(
    @Inject(KeyRing) private readonly keys: KeyRing,
    @Inject(SETTINGS) settings: ApiSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RateLimiter) limiter: RateLimiter,
  ) {
    this.limits = new RateLimits(settings.limits, limiter);
  }

  /** Sets `request.credential`; throws `ProblemError`. Returns a promise only where the key must be looked up, or its limits asked for. */
  admit(request: FastifyRequest, reply: FastifyReply, needs: Needs): void | Promise<void> {
    const token = tokenOf(request);
    const cached = this.keys.cached(hashOver(request.raw.socket, token));
    if (cached) return this.check(cached, request, reply, needs);
    return this.keys.find(token).then((credential) => {
      if (!credential) throw refuse('auth.invalid', 'The key or session is not valid.');
      return this.check(credential, request, reply, needs);
    });
  }

  private check(credential: Credential, request: FastifyRequest, reply: FastifyReply, needs: Needs): void | Promise<void> {
    const budget = this.limits.admit(credential.id, this.clock(), needs.readings === true);
    if (!(budget instanceof Promise)) return this.letIn(credential, budget, request, reply, needs);
    return budget.then((known) => this.letIn(credential, known, request, reply, needs));
  }

  private letIn(credential: Credential, budget: Budget, request: FastifyRequest, reply: FastifyReply, needs: Needs): void {
    const readings = needs.readings === true;
    request.budget = budget;
    reply.header('ratelimit-policy', readings ? this.limits.readingsPolicy : this.limits.requestsPolicy);
    reply.header('ratelimit', this.limits.header(budget, readings));
    mayReach(credential, needs, (request.params as { id?: string } | undefined)?.id);
    request.credential = credential;
  }
}

/** Throws where the credential lacks the scope, or is bound to other devices. */
export function mayReach(credential: Credential, needs: Needs, deviceId: string | undefined): void {
  if (needs.scope !== 'none' && !credential.scopes.has(needs.scope)) {
    if (needs.scope === 'operate' && credential.operatesNot)
      throw refuse('auth.not-an-operator', 'This account may not operate the service.', { scope: needs.scope });
    throw refuse('auth.missing-scope', `This needs the scope "${needs.scope}".`, { scope: needs.scope });
  }
  if (!credential.deviceIds) return;
  if (needs.reach === 'account') throw refuse('auth.other-device', 'A key that is bound to devices cannot do this.');
  if (needs.reach === 'device' && deviceId !== undefined && !credential.deviceIds.has(deviceId)) {
    throw refuse('auth.other-device', `This key is not bound to ${deviceId}.`);
  }
}

function tokenOf(request: FastifyRequest): string {
  const shown = shownBy(request.headers);
  if (!shown) throw refuse('auth.missing', 'The request carries no credentials.');
  const writes = request.method !== 'GET' && request.method !== 'HEAD';
  if (shown.byCookie && writes && isFromOtherSite(request.headers)) {
    throw refuse('auth.cross-site', 'A session cookie writes only from pages of this site.');
  }
  return shown.token;
}
