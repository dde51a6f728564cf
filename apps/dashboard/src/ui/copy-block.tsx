/** Text to be copied whole: a command, a key. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import css from './ui.module.css';

interface CopyBlockProps {
  text: string;
  label: string;
  testId?: string;
  /** Where it may break anywhere: what is no line of code. */
  wrap?: boolean;
}

export function CopyBlock({ text, label, testId, wrap }: CopyBlockProps) {
  return (
    <div className={css.copy}>
      <pre tabIndex={0} data-wrap={wrap} aria-label={label} data-testid={testId}>
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
