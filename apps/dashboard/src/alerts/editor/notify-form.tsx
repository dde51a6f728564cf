/** Who is told: signed webhooks and e-mail, once or again and again. */
import { Button, TextInput } from '@mantine/core';
import { IconMail, IconTrash, IconWebhook } from '@tabler/icons-react';
import type { Wrong } from './condition-draft.js';
import { newTarget, wrongAt, type RuleDraft, type TargetDraft } from './rule-draft.js';
import { ORDER } from './order.js';
import css from './editor.module.css';

interface NotifyFormProps {
  draft: RuleDraft;
  change: (part: Partial<RuleDraft>) => void;
  wrong: Wrong;
}

/** As many as the api takes. */
const TARGETS_MAX = 10;

export function NotifyForm({ draft, change, wrong }: NotifyFormProps) {
  const { notify } = draft;
  const put = (at: number, next: TargetDraft): void => change({ notify: notify.map((each, i) => (i === at ? next : each)) });
  const add = (type: TargetDraft['type']): void => change({ notify: [...notify, newTarget(type)] });
  return (
    <>
      {notify.length === 0 && <p className={css.hint}>Nobody yet: its alerts are shown here, and no message is sent.</p>}
      {notify.map((target, at) => (
        <Target
          key={target.key}
          target={target}
          at={at}
          wrong={wrong}
          change={(next) => put(at, next)}
          remove={() => change({ notify: notify.filter((_, i) => i !== at) })}
        />
      ))}
      {wrongAt(wrong, 'notify') && <p className={css.wrong}>{wrongAt(wrong, 'notify')}</p>}
      <div className={css.actions}>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconWebhook size={15} />}
          disabled={notify.length >= TARGETS_MAX}
          onClick={() => add('webhook')}
        >
          Add a webhook
        </Button>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconMail size={15} />}
          disabled={notify.length >= TARGETS_MAX}
          onClick={() => add('email')}
        >
          Add an e-mail address
        </Button>
      </div>
      {notify.length > 0 && (
        <TextInput
          label="Again every"
          description="While it fires and nobody has acknowledged it. Empty: once."
          placeholder="such as 4h"
          value={draft.repeatEvery}
          onChange={({ currentTarget }) => change({ repeatEvery: currentTarget.value })}
          error={wrongAt(wrong, 'repeatEvery')}
          maw={280}
          autoComplete="off"
        />
      )}
    </>
  );
}

interface TargetProps {
  target: TargetDraft;
  at: number;
  wrong: Wrong;
  change: (target: TargetDraft) => void;
  remove: () => void;
}

function Target({ target, at, wrong, change, remove }: TargetProps) {
  const { type, to, secret } = target;
  const path = `notify.${at}`;
  const isHook = type === 'webhook';
  const name = isHook ? `Webhook ${at + 1}` : `E-mail ${at + 1}`;
  return (
    <section className={css.nested} aria-label={name}>
      <header>
        <span>{isHook ? 'Webhook' : 'E-mail'}</span>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconTrash size={14} />}
          onClick={remove}
          aria-label={`Remove ${name.toLowerCase()}`}
        >
          Remove
        </Button>
      </header>
      <div className={css.inputs}>
        <TextInput
          label={isHook ? 'URL' : 'Address'}
          type={isHook ? 'url' : 'email'}
          placeholder={isHook ? 'https://example.org/alerts' : 'you@example.org'}
          value={to}
          onChange={({ currentTarget }) => change({ ...target, to: currentTarget.value })}
          error={wrongAt(wrong, `${path}.${isHook ? 'url' : 'to'}`) ?? wrongAt(wrong, path)}
          autoComplete="off"
        />
        {isHook && (
          <TextInput
            label="Secret"
            description="Requests are signed with it. Empty: one is made, and shown once."
            inputWrapperOrder={ORDER}
            value={secret}
            onChange={({ currentTarget }) => change({ ...target, secret: currentTarget.value })}
            error={wrongAt(wrong, `${path}.secret`)}
            autoComplete="off"
          />
        )}
      </div>
    </section>
  );
}
