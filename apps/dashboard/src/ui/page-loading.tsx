/** A quiet sign that a page is on its way; shown only when it takes longer than the eye notices. */
import css from './ui.module.css';

export function PageLoading() {
  return (
    <div className={css.loading} role="status">
      <span className="sr-only">Loading</span>
    </div>
  );
}
