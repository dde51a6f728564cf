/** An e-mail address on its shard: which account holds it. */
import type { Behaviour } from '#actors';
import type { EmailCommand, EmailEvent } from '#contracts';
import { answerForEmail, EMAIL_SNAPSHOT_VERSION, emailDecider, freezeEmail, thawEmail, type EmailState } from '#domain';
import { eventShapes } from './event-shapes.js';

export const emailBehaviour: Behaviour<EmailState, EmailCommand, EmailEvent> = {
  category: 'email',
  decider: emailDecider,
  snapshotVersion: EMAIL_SNAPSHOT_VERSION,
  freeze: freezeEmail,
  thaw: thawEmail,
  read: ({ type, data }) => ({ type, data }) as EmailCommand,
  answer: answerForEmail,
  ...eventShapes,
};
