import { describe, expect, it } from 'vitest';
import type { EmailCommand, EmailEvent, RecordedEvent, RequestCommand, RequestEvent } from '#contracts';
import { fold, given, NOW, type Subject } from '../kernel/testing/index.js';
import { answerForEmail, answerForRequest } from './answers.js';
import { emailDecider, freezeEmail, thawEmail, type EmailState } from './email.js';
import { freezeRequest, requestDecider, thawRequest, type RequestState } from './request.js';

const email: Subject<EmailState, EmailCommand, EmailEvent> = { decider: emailDecider, freeze: freezeEmail, thaw: thawEmail };
const request: Subject<RequestState, RequestCommand, RequestEvent> = { decider: requestDecider, freeze: freezeRequest, thaw: thawRequest };

describe('an e-mail address', () => {
  const claim = (accountId: string): EmailCommand => ({ type: 'ClaimEmail', data: { accountId } });
  const claimed = (accountId: string): EmailEvent => ({ type: 'EmailClaimed', data: { accountId } });

  it('is claimed once', () => {
    given(email)
      .when(claim('a1'))
      .then([claimed('a1')]);
    given(email, [claimed('a1')])
      .when(claim('a1'))
      .thenNothing();
    given(email, [claimed('a1')])
      .when(claim('a2'))
      .thenRefused('account.email-taken', { details: { accountId: 'a1' } });
  });

  it('answers who holds it', () =>
    expect(answerForEmail({ type: 'ClaimEmail', data: {} }, [], fold(email, [claimed('a1')]))).toEqual({ accountId: 'a1' }));
});

describe('a request with a key', () => {
  const claim = (bodyHash: string): RequestCommand => ({ type: 'ClaimRequest', data: { bodyHash } });
  const claimed: RequestEvent = { type: 'RequestClaimed', data: { bodyHash: 'h', claimedAt: NOW } };
  const answer = (status: number): RequestCommand => ({ type: 'AnswerRequest', data: { status, body: { deviceId: 'd7' } } });
  const answered: RequestEvent = { type: 'RequestAnswered', data: { status: 201, body: { deviceId: 'd7' } } };
  const known = (history: RequestEvent[], events: RequestEvent[]) =>
    answerForRequest(claim('h'), events as unknown as RecordedEvent[], fold(request, history));

  it('is claimed by its first body', () => {
    given(request).when(claim('h')).then([claimed]);
    given(request, [claimed]).when(claim('h')).thenNothing();
    given(request, [claimed]).when(claim('other')).thenRefused('idempotency.key-reused');
    given(request, [claimed, answered]).when(claim('other')).thenRefused('idempotency.key-reused');
  });

  it('keeps its first answer', () => {
    given(request, [claimed]).when(answer(201)).then([answered]);
    given(request, [claimed, answered]).when(answer(500)).thenNothing();
    given(request).when(answer(201)).thenRefused('defect');
  });

  it('tells a claim whether it was the first, and the answer as soon as there is one', () => {
    expect(known([claimed], [claimed])).toEqual({ first: true, claimedAt: NOW });
    expect(known([claimed], [])).toEqual({ first: false, claimedAt: NOW });
    expect(known([claimed, answered], [])).toEqual({ first: false, claimedAt: NOW, answer: { status: 201, body: { deviceId: 'd7' } } });
  });
});
