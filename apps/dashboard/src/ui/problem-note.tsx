/** What went wrong and what to do about it, from problem+json. */
import { Button } from '@mantine/core';
import { ProblemError } from '../api/http.js';
import { Prose } from './prose.js';
import css from './ui.module.css';

export function ProblemNote({ error, retry, centred }: { error: unknown; retry?: () => void; centred?: boolean }) {
  if (!error) return null;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  const detail = problem?.detail !== problem?.title ? problem?.detail : undefined;
  return (
    <div className={css.problem} role="alert" style={centred ? { maxWidth: 520, margin: '18vh auto 0' } : undefined}>
      <strong>{problem?.title ?? 'Something went wrong.'}</strong>
      {detail && <span>{detail}</span>}
      <span className={css.advice}>
        <Prose text={problem?.advice ?? (error instanceof Error ? error.message : '')} />
      </span>
      {problem?.correlationId && problem.status >= 500 && <span className="mono">Correlation id {problem.correlationId}</span>}
      {retry && (
        <Button size="xs" variant="default" onClick={retry} style={{ justifySelf: 'start', marginTop: 6 }}>
          Try again
        </Button>
      )}
    </div>
  );
}
