/** Holds the place of a value until it is known whether there is one. */
import css from './pending.module.css';

export function Pending() {
  return <span className={css.pending} aria-hidden />;
}
