/** What an operation does, and where its method is published. */
import type { OperationView } from '#contracts';
import css from './analyses.module.css';

export function Explained({ operation: { description, source } }: { operation: OperationView }) {
  return (
    <div className={css.explained}>
      <span>{description}</span>
      {source && <small>Source: {source}</small>}
    </div>
  );
}
