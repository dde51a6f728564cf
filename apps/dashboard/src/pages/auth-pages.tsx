/** The two doors: sign in, and sign up. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { Link, useSearch } from 'wouter';
import { signIn, signUp } from '../api/actions.js';
import { Logo } from '../shell/logo.js';
import { SchemeMenu } from '../shell/shell.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TracePicture } from './trace-picture.js';
import css from './auth-pages.module.css';

const PASSWORD_MIN = 8;

export function SignInPage() {
  const search = useSearch();
  return (
    <Door title="Sign in" act={signIn} button="Sign in" autoComplete="current-password">
      New here? <Link href={`/sign-up${search ? `?${search}` : ''}`}>Open an account</Link>
    </Door>
  );
}

export function SignUpPage() {
  const search = useSearch();
  return (
    <Door title="Open an account" act={signUp} button="Open the account" autoComplete="new-password">
      You have one? <Link href={`/sign-in${search ? `?${search}` : ''}`}>Sign in</Link>
    </Door>
  );
}

const wrongEmail = (email: string): string | undefined =>
  email === '' ? 'This is needed.' : /^\S+@\S+$/.test(email) ? undefined : 'An address such as you@example.org.';

function wrongPassword(password: string, least: number): string | undefined {
  if (password === '') return 'This is needed.';
  return password.length < least ? `${least - password.length} more needed` : undefined;
}

interface DoorProps {
  title: string;
  button: string;
  act: (email: string, password: string) => Promise<void>;
  autoComplete: 'current-password' | 'new-password';
  children: ReactNode;
}

function Door({ title, button, act, autoComplete, children }: DoorProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const entering = useMutation({ mutationFn: () => act(email.trim(), password) });
  const isNew = autoComplete === 'new-password';
  const wrong = { email: wrongEmail(email.trim()), password: wrongPassword(password, isNew ? PASSWORD_MIN : 0) };
  useEffect(() => {
    document.title = `${title} · thingsIO`;
  }, [title]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (wrong.email ?? wrong.password) focusFirstError();
    else entering.mutate();
  };
  return (
    <div className={css.page}>
      <main className={css.form}>
        <div className={css.top}>
          <Logo />
          <SchemeMenu />
        </div>
        <form onSubmit={submit} className={css.fields} noValidate>
          <h1>{title}</h1>
          <TextInput
            label="E-mail address"
            type="email"
            name="email"
            required
            autoComplete="username"
            autoFocus
            error={tried && wrong.email}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            size="md"
          />
          <PasswordInput
            label="Password"
            name="password"
            required
            autoComplete={autoComplete}
            description={isNew ? `At least ${PASSWORD_MIN} characters; longer is better than stranger.` : undefined}
            error={(tried || password.length > 0) && wrong.password}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            size="md"
          />
          <ProblemNote error={entering.error} />
          <Button type="submit" size="md" loading={entering.isPending} fullWidth>
            {button}
          </Button>
          <p className={css.other}>{children}</p>
        </form>
      </main>
      <aside className={css.side} aria-label="About thingsIO">
        <TracePicture />
        <div className={css.claim}>
          <p className={css.big}>Every reading, once, for ever.</p>
          <p>
            Post what your devices measure. See it live, look back as far as you like, and get an account of every single reading: stored,
            duplicate, or refused with a reason.
          </p>
        </div>
      </aside>
    </div>
  );
}
