/** Over the page whose session has ended: what was typed there stays, and goes on after the password. */
import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, useSyncExternalStore, type FormEvent } from 'react';
import { leave, signInAgain } from '../api/actions.js';
import { useMe } from '../api/queries.js';
import { session } from '../api/session.js';
import { ProblemNote } from '../ui/problem-note.js';

/** Over any other dialog. */
const ON_TOP = 1_000;

export function SessionEnded() {
  const ended = useSyncExternalStore(session.watch, session.hasEnded);
  const email = useMe().data?.email;
  if (!ended || !email) return null;
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Sign in again"
      centered
      zIndex={ON_TOP}
      overlayProps={{ blur: 8 }}
    >
      <Form email={email} />
    </Modal>
  );
}

function Form({ email }: { email: string }) {
  const [password, setPassword] = useState('');
  const entering = useMutation({ mutationFn: () => signInAgain(email, password) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit} noValidate style={{ display: 'grid', gap: 16 }}>
      <p>Your session has ended. Sign in again to go on. What you typed stays.</p>
      {/* For whoever keeps the passwords. */}
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordInput
        label={`Password of ${email}`}
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-autofocus
      />
      <ProblemNote error={entering.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={() => void leave()}>
          Use another account
        </Button>
        <Button type="submit" loading={entering.isPending} disabled={password === ''}>
          Sign in
        </Button>
      </Group>
    </form>
  );
}
