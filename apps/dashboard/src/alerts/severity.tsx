/** How grave it is, by word and colour. */
import type { Severity } from '#contracts';
import css from './alerts.module.css';

export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span className={css.severity} data-severity={severity}>
      {severity}
    </span>
  );
}
