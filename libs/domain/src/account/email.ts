/** An e-mail address: which account holds it. Stream: `email-<sha256 of the address>`. */
import type { EmailCommand, EmailEvent } from '#contracts';
import { accept, reject, type Decider } from '../kernel/decider.js';

export type EmailState = { readonly phase: 'free' } | { readonly phase: 'claimed'; readonly accountId: string };

export const EMAIL_SNAPSHOT_VERSION = 1;

/** A claim is for ever. The holder's id is in the details of a refusal, for the api alone: it is never shown. */
export const emailDecider: Decider<EmailState, EmailCommand, EmailEvent> = {
  initial: { phase: 'free' },
  decide(state, { command }) {
    const { accountId } = command.data;
    if (state.phase === 'free') return accept({ type: 'EmailClaimed', data: { accountId } });
    if (state.accountId === accountId) return accept();
    return reject('account.email-taken', 'an account with this address exists', { accountId: state.accountId });
  },
  evolve: (_, { event }) => ({ phase: 'claimed', accountId: event.data.accountId }),
};

/** The state is plain JSON already. */
export const freezeEmail = (state: EmailState): EmailState => state;
export const thawEmail = (frozen: unknown): EmailState => frozen as EmailState;
