/** An account on its shard: keys and sessions. */
import type { Behaviour } from '#actors';
import type { AccountCommand, AccountEvent } from '#contracts';
import { ACCOUNT_SNAPSHOT_VERSION, accountDecider, answerForAccount, freezeAccount, thawAccount, type AccountState } from '#domain';
import { eventShapes } from './event-shapes.js';

export const accountBehaviour: Behaviour<AccountState, AccountCommand, AccountEvent> = {
  category: 'account',
  decider: accountDecider,
  snapshotVersion: ACCOUNT_SNAPSHOT_VERSION,
  freeze: freezeAccount,
  thaw: thawAccount,
  read: ({ type, data }) => ({ type, data }) as AccountCommand,
  answer: answerForAccount,
  ...eventShapes,
};
