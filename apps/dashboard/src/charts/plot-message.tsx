/** What stands in a plot instead of a line: loading, nothing there, or what went wrong. */
import { ProblemError } from '../api/http.js';
import css from './panel.module.css';

export function PlotMessage({ pending, error, empty }: { pending: boolean; error: Error | null; empty: boolean }) {
  if (error) {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    return (
      <div className={css.message} role="alert">
        <strong>{problem?.title ?? 'This chart could not be loaded.'}</strong>
        <span>{problem?.advice ?? error.message}</span>
      </div>
    );
  }
  if (pending) return <div className={css.loading} aria-hidden />;
  if (!empty) return null;
  return <div className={css.message}>No readings in this range.</div>;
}
