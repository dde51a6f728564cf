/** Text to be copied whole: a command, a key. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import css from './ui.module.css';

export function CopyBlock({ text, label, testId }: { text: string; label: string; testId?: string }) {
  return (
    <div className={css.copy}>
      <pre tabIndex={0} aria-label={label} data-testid={testId}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'} withArrow>
            <ActionIcon
              className={css.copyButton}
              variant="default"
              size="md"
              onClick={copy}
              aria-label={copied ? 'Copied' : `Copy ${label}`}
            >
              {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
