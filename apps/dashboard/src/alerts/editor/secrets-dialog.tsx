/** Secrets that were made for the webhooks of a rule: shown this once. */
import type { AlertRuleView } from '#contracts';
import { Button, Modal } from '@mantine/core';
import { CopyBlock } from '../../ui/copy-block.js';
import css from './editor.module.css';

export interface MadeSecret {
  url: string;
  secret: string;
}

const HIDDEN = '••••';

/** Those that are not hidden: the answer to a save has them, no other. */
export const madeSecrets = ({ rule }: AlertRuleView): MadeSecret[] =>
  rule.notify.flatMap((target) =>
    target.type === 'webhook' && target.secret !== undefined && !target.secret.startsWith(HIDDEN)
      ? [{ url: target.url, secret: target.secret }]
      : [],
  );

export function SecretsDialog({ made, close }: { made: MadeSecret[]; close: () => void }) {
  return (
    <Modal opened onClose={close} title="The rule is saved" closeOnClickOutside={false} size="lg">
      <div className={css.group}>
        <p>
          Requests are signed with {made.length === 1 ? 'this secret' : 'these secrets'}. It is shown this once: copy it to who receives
          them.
        </p>
        {made.map(({ url, secret }) => (
          <div key={url + secret}>
            <p className={css.hint} style={{ overflowWrap: 'anywhere' }}>
              {url}
            </p>
            <CopyBlock text={secret} label={`Secret of ${url}`} testId="secret" wrap />
          </div>
        ))}
        <Button onClick={close} style={{ justifySelf: 'start' }}>
          I have copied it
        </Button>
      </div>
    </Modal>
  );
}
