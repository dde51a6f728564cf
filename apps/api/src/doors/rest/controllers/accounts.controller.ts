/** Accounts, sessions and API keys. */
import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { JsonObject } from '#contracts';
import { parseTime } from '#domain';
import { Asking, Needing, Open } from '../../../admission/admission.guard.js';
import { type Credential, sessionCookie } from '../../../admission/credentials.js';
import { PasswordsOverloadedError } from '../../../admission/passwords.js';
import { SignInLimit } from '../../../admission/sign-in-limit.js';
import { SignOut } from '../../../commands/end-session/end-session.js';
import { IssueKey } from '../../../commands/issue-api-key/issue-api-key.js';
import { addressHashOf, addressOf, OpenAccountForAddress } from '../../../commands/open-account/open-account.js';
import { RevokeKey } from '../../../commands/revoke-api-key/revoke-api-key.js';
import { isoOf } from '../../../commands/shared/devices.js';
import { SignIn } from '../../../commands/start-session/start-session.js';
import { Operators } from '../../../operator/operators.js';
import { GetMe, ListApiKeys } from '../../../queries/get-account/get-account.js';
import type { Parameters } from '../../../queries/shared/parameters.js';
import { type ApiSettings, SETTINGS } from '../../../tokens.js';
import { BodyPipe } from '../body-pipe.js';
import { ApiKeyBody, CredentialsBody, SignInBody } from '../dto/bodies.js';
import { Says } from '../openapi/says.js';
import { refuse } from '../problem-error.js';
import { RunOnce } from '../run-once.js';

@Controller('api/v1')
export class AccountsController {
  constructor(
    @Inject(CommandBus) private readonly commands: CommandBus,
    @Inject(QueryBus) private readonly queries: QueryBus,
    @Inject(RunOnce) private readonly runOnce: RunOnce,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(Operators) private readonly operators: Operators,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  @Post('accounts')
  @Open()
  @Says({
    summary: 'Open an account; its first key is shown once',
    tag: 'Accounts',
    body: 'CredentialsBody',
    ok: [201, 'AccountOpened'],
    open: true,
    errors: [400, 409, 422, 429],
    idempotent: true,
  })
  async openAccount(
    @Body(new BodyPipe(CredentialsBody)) body: CredentialsBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.limit.check(request.ip);
    const { email, password } = body;
    const dress = (kept: JsonObject, mint: { apiKey(): string }): JsonObject => ({ ...kept, apiKey: mint.apiKey() });
    await this.runOnce.answer({ request, reply, accountId: scopeOf(email), body: { email, password }, status: 201, dress }, (mint) =>
      busy(this.commands.execute(new OpenAccountForAddress(email, password, mint, request.id))),
    );
  }

  @Post('sessions')
  @Open()
  @Says({
    summary: 'Sign in; sets the session cookie too',
    tag: 'Accounts',
    body: 'SignInBody',
    ok: [201, 'SessionStarted'],
    open: true,
    errors: [400, 401, 422, 429],
    idempotent: true,
  })
  async signIn(
    @Body(new BodyPipe(SignInBody)) body: SignInBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.limit.check(request.ip);
    const { email, password } = body;
    const dress = (kept: JsonObject, mint: { sessionToken(): string }): JsonObject => {
      const token = mint.sessionToken();
      reply
        .header('set-cookie', sessionCookie(token, this.settings.sessionHours * 3_600, request.protocol === 'https'))
        .header('cache-control', 'no-store');
      return { token, ...kept };
    };
    await this.runOnce.answer(
      { request, reply, accountId: scopeOf(email), body: { email, password }, status: 201, dress },
      async (mint) => {
        const { accountId, expiresAt } = await busy(this.commands.execute(new SignIn(email, password, mint, request.id)));
        return { expiresAt: isoOf(expiresAt), accountId };
      },
    );
  }

  @Delete('sessions/current')
  @Needing('none')
  @Says({ summary: 'Sign out', tag: 'Accounts', ok: [204], errors: [404] })
  async signOut(@Asking() credential: Credential, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.commands.execute(new SignOut(credential, request.id));
    await reply
      .header('set-cookie', sessionCookie('', 0, request.protocol === 'https'))
      .code(204)
      .send();
  }

  @Get('me')
  @Needing('none')
  @Says({ summary: 'Who is asking', tag: 'Accounts', ok: [200, 'Me'] })
  getMe(@Asking() credential: Credential) {
    return this.queries.execute(new GetMe(credential));
  }

  @Get('api-keys')
  @Needing('manage', 'account')
  @Says({ summary: 'The keys of the account', tag: 'Accounts', ok: [200, 'ApiKeyList'], list: true })
  listApiKeys(@Asking() { accountId }: Credential, @Query() parameters: Parameters) {
    return this.queries.execute(new ListApiKeys(accountId, parameters));
  }

  @Post('api-keys')
  @Needing('manage', 'account')
  @Says({
    summary: 'Issue a key; it is shown once',
    tag: 'Accounts',
    body: 'ApiKeyBody',
    ok: [201, 'ApiKeyIssued'],
    errors: [400, 422],
    idempotent: true,
  })
  async issueApiKey(
    @Asking() { accountId }: Credential,
    @Body(new BodyPipe(ApiKeyBody)) body: ApiKeyBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { name, scopes, deviceIds, expiresAt } = body;
    await this.operators.checkScopes(accountId, scopes);
    const wish = { name, scopes, ...(deviceIds && { deviceIds }), ...(expiresAt !== undefined && { expiresAt: timeIn(expiresAt) }) };
    const dress = (kept: JsonObject, mint: { apiKey(): string }): JsonObject => {
      reply.header('cache-control', 'no-store').header('location', `/api/v1/api-keys/${String(kept['keyId'])}`);
      return { ...kept, apiKey: mint.apiKey() };
    };
    await this.runOnce.answer({ request, reply, accountId, body, status: 201, dress }, (mint) =>
      this.commands.execute(new IssueKey(accountId, wish, mint, request.id)),
    );
  }

  @Delete('api-keys/:keyId')
  @Needing('manage', 'account')
  @Says({ summary: 'Revoke a key, at once', tag: 'Accounts', ok: [204], errors: [404], idempotent: true })
  async revokeApiKey(
    @Asking() { accountId }: Credential,
    @Param('keyId') keyId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.runOnce.end({ request, reply, accountId }, (mint) =>
      this.commands.execute(new RevokeKey(accountId, keyId, mint, request.id)),
    );
  }
}

/** There is no account yet: a key of the header belongs to the address. */
const scopeOf = (email: string): string => `address-${addressHashOf(addressOf(email)).slice(0, 32)}`;

function timeIn(expiresAt: string): number {
  const time = parseTime(expiresAt);
  if (time === undefined) throw refuse('request.malformed', 'expiresAt must be an ISO 8601 time.');
  return time;
}

async function busy<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (error instanceof PasswordsOverloadedError)
      throw refuse('overload.queue-full', 'Too many sign-ins are under way.', {}, { 'retry-after': '5' });
    throw error;
  });
}
