/** A request that carried an `Idempotency-Key` and spans several entities. Stream: `request-<accountId>.<hash>`. */
import type { AnswerRequest, ClaimRequest, Json, RequestCommand, RequestEvent } from '#contracts';
import { accept, reject, type Decider, type Decision, type Told } from '../kernel/decider.js';
import { applyRules, type Rules } from '../kernel/rules.js';

export type RequestState = NewRequest | ClaimedRequest;
export interface NewRequest {
  readonly phase: 'new';
}
export interface ClaimedRequest {
  readonly phase: 'claimed';
  readonly bodyHash: string;
  readonly claimedAt: number;
  readonly answer?: { readonly status: number; readonly body: Json };
}

export const REQUEST_SNAPSHOT_VERSION = 1;

type RequestDecision = Decision<RequestEvent>;

export const requestDecider: Decider<RequestState, RequestCommand, RequestEvent> = {
  initial: { phase: 'new' },
  decide: (state, told) => (state.phase === 'new' ? applyRules(whenNew, state, told) : applyRules(whenClaimed, state, told)),
  evolve(state, { event }) {
    if (event.type === 'RequestClaimed') return { phase: 'claimed', ...event.data };
    return state.phase === 'claimed' ? { ...state, answer: event.data } : state;
  },
};

const whenNew: Rules<NewRequest, RequestCommand, RequestEvent> = {
  ClaimRequest: (_, { data }, { now }: Told<RequestCommand>) =>
    accept<RequestEvent>({ type: 'RequestClaimed', data: { bodyHash: data.bodyHash, claimedAt: now } }),
  AnswerRequest: () => reject('defect', 'a request was answered before it was claimed'),
};

const whenClaimed: Rules<ClaimedRequest, RequestCommand, RequestEvent> = {
  ClaimRequest: claimAgain,
  AnswerRequest: answerRequest,
};

/** The answer tells what is known: nothing yet, or the first answer. */
function claimAgain({ bodyHash }: ClaimedRequest, { data }: ClaimRequest): RequestDecision {
  if (data.bodyHash === bodyHash) return accept();
  return reject('idempotency.key-reused', 'the same key was used before with another body; nothing was stored');
}

/** The first answer stays. */
function answerRequest({ answer }: ClaimedRequest, { data: { status, body } }: AnswerRequest): RequestDecision {
  return answer === undefined ? accept<RequestEvent>({ type: 'RequestAnswered', data: { status, body } }) : accept();
}

/** The state is plain JSON already. */
export const freezeRequest = (state: RequestState): RequestState => state;
export const thawRequest = (frozen: unknown): RequestState => frozen as RequestState;
