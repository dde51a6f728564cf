/** The answers of accounts, addresses and requests. */
import type { Json, JsonObject, RecordedEvent } from '#contracts';
import type { AccountState } from './account.js';
import type { EmailState } from './email.js';
import type { RequestState } from './request.js';

interface Asked {
  type: string;
  data: unknown;
}

/** The id of what the command was about; everything else is known to who sent it. */
export function answerForAccount({ type, data }: Asked, events: readonly RecordedEvent[], _state: AccountState): JsonObject {
  const told = (events.at(-1)?.data ?? data) as { accountId?: string; keyId?: string; sessionId?: string; expiresAt?: number };
  switch (type) {
    case 'OpenAccount':
      return { accountId: told.accountId! };
    case 'StartSession':
      return { sessionId: told.sessionId!, expiresAt: told.expiresAt! };
    case 'EndSession':
      return { sessionId: told.sessionId! };
    default:
      return { keyId: told.keyId! };
  }
}

export function answerForEmail(_asked: Asked, _events: readonly RecordedEvent[], state: EmailState): JsonObject {
  return state.phase === 'claimed' ? { accountId: state.accountId } : {};
}

/** What is known of the request: `first` where this very claim was the first, `answer` where it was answered. */
export type RequestKnown = { first: boolean; claimedAt: number; answer?: { status: number; body: Json } };

export function answerForRequest(_asked: Asked, events: readonly RecordedEvent[], state: RequestState): RequestKnown {
  const first = events.some(({ type }) => type === 'RequestClaimed');
  if (state.phase === 'new') return { first, claimedAt: 0 };
  const { claimedAt, answer } = state;
  return answer === undefined ? { first, claimedAt } : { first, claimedAt, answer: { ...answer } };
}
