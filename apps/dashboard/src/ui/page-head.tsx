/** A page's title, what it is for, and what one does there. */
import { useEffect, type ReactNode } from 'react';
import css from './ui.module.css';

export function PageHead({
  title,
  children,
  actions,
  heading,
}: {
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  heading?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · thingsIO`;
  }, [title]);
  return (
    <div className={css.head}>
      <div className={css.headText}>
        <h1>{heading ?? title}</h1>
        {children}
      </div>
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  );
}
