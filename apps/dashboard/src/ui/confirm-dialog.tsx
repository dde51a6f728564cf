/** Asks before something is done that is not undone by itself. */
import { Button, Group, Modal } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNote } from './problem-note.js';

export function ConfirmDialog({ title, action, act, close, children, danger, keep = 'Cancel', ready }: ConfirmProps) {
  const acting = useMutation({ mutationFn: act, onSuccess: close });
  return (
    <Modal opened onClose={close} title={title} centered>
      <div style={{ display: 'grid', gap: 16 }}>
        {children}
        <ProblemNote error={acting.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus={danger || undefined}>
            {keep}
          </Button>
          <Button
            color={danger ? 'red' : undefined}
            loading={acting.isPending}
            onClick={() => ready?.() !== false && acting.mutate()}
            data-autofocus={!danger || undefined}
          >
            {action}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

export interface ConfirmProps {
  title: string;
  /** What the button says that does it. */
  action: string;
  act: () => Promise<unknown>;
  close: () => void;
  children: ReactNode;
  /** Something is lost by it. */
  danger?: boolean;
  /** False while something is missing: says so itself. */
  ready?: () => boolean;
  /** What the button says that does not. */
  keep?: string;
}
